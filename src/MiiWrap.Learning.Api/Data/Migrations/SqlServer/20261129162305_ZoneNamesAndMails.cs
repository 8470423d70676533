using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class ZoneNamesAndMails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "FeedbackByMail",
                table: "People",
                type: "bit",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<Guid>(
                name: "InvitedBy",
                table: "OutboundMails",
                type: "uniqueidentifier",
                nullable: true);

            // Who had stopped the check-ins by mail got no mail about feedback either, and keeps it so.
            migrationBuilder.Sql("UPDATE People SET FeedbackByMail = NudgesByMail");
            migrationBuilder.RepairZoneNames(binary: " COLLATE Latin1_General_100_BIN2");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "FeedbackByMail",
                table: "People");

            migrationBuilder.DropColumn(
                name: "InvitedBy",
                table: "OutboundMails");
        }
    }
}

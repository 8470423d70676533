using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CoachingConsent : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "AgreedAt",
                table: "CoachingRelationships",
                type: "TEXT",
                precision: 3,
                nullable: true);
            // Until now somebody who was coached without consent began to be when it was written down.
            migrationBuilder.Sql("UPDATE CoachingRelationships SET AgreedAt = BeganAt WHERE BeganAt > CreatedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "AgreedAt",
                table: "CoachingRelationships");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Programme : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Enrolments_AgencyId",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Enrolments_PersonId",
                table: "Enrolments");

            migrationBuilder.AddColumn<string>(
                name: "EndReason",
                table: "People",
                type: "TEXT",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "EndedAt",
                table: "People",
                type: "TEXT",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Locale",
                table: "People",
                type: "TEXT",
                maxLength: 35,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "NewEmail",
                table: "People",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Status",
                table: "People",
                type: "TEXT",
                maxLength: 24,
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.AddColumn<string>(
                name: "Address",
                table: "OutboundMails",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Address",
                table: "MailedTokens",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "UpdatedAt",
                table: "Enrolments",
                type: "TEXT",
                precision: 3,
                nullable: false,
                defaultValue: new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified));

            migrationBuilder.Sql("UPDATE Enrolments SET UpdatedAt = COALESCE(LastActivityAt, EndedAt, EnrolledAt)");

            migrationBuilder.AddColumn<string>(
                name: "SortName",
                table: "Agencies",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "UniqueSortName",
                table: "Agencies",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_AgencyId_UpdatedAt_Id",
                table: "Enrolments",
                columns: new[] { "AgencyId", "UpdatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_CohortId_UpdatedAt_Id",
                table: "Enrolments",
                columns: new[] { "CohortId", "UpdatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_PersonId_UpdatedAt_Id",
                table: "Enrolments",
                columns: new[] { "PersonId", "UpdatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Agencies_SortName_Id",
                table: "Agencies",
                columns: new[] { "SortName", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Agencies_UniqueSortName",
                table: "Agencies",
                column: "UniqueSortName",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Enrolments_AgencyId_UpdatedAt_Id",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Enrolments_CohortId_UpdatedAt_Id",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Enrolments_PersonId_UpdatedAt_Id",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Agencies_SortName_Id",
                table: "Agencies");

            migrationBuilder.DropIndex(
                name: "IX_Agencies_UniqueSortName",
                table: "Agencies");

            migrationBuilder.DropColumn(
                name: "EndReason",
                table: "People");

            migrationBuilder.DropColumn(
                name: "EndedAt",
                table: "People");

            migrationBuilder.DropColumn(
                name: "Locale",
                table: "People");

            migrationBuilder.DropColumn(
                name: "NewEmail",
                table: "People");

            migrationBuilder.DropColumn(
                name: "Status",
                table: "People");

            migrationBuilder.DropColumn(
                name: "Address",
                table: "OutboundMails");

            migrationBuilder.DropColumn(
                name: "Address",
                table: "MailedTokens");

            migrationBuilder.DropColumn(
                name: "UpdatedAt",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "SortName",
                table: "Agencies");

            migrationBuilder.DropColumn(
                name: "UniqueSortName",
                table: "Agencies");

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_AgencyId",
                table: "Enrolments",
                column: "AgencyId");

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_PersonId",
                table: "Enrolments",
                column: "PersonId");
        }
    }
}

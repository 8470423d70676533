using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class SortNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Enrolments_CohortId_LearnerName_Id",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Cohorts_Name_Id",
                table: "Cohorts");

            migrationBuilder.AddColumn<Guid>(
                name: "EnrolledBy",
                table: "Enrolments",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LearnerSortName",
                table: "Enrolments",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "SortName",
                table: "Cohorts",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "SortName",
                table: "Clients",
                type: "TEXT",
                maxLength: 400,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_CohortId_LearnerSortName_Id",
                table: "Enrolments",
                columns: new[] { "CohortId", "LearnerSortName", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Cohorts_SortName_Id",
                table: "Cohorts",
                columns: new[] { "SortName", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Enrolments_CohortId_LearnerSortName_Id",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Cohorts_SortName_Id",
                table: "Cohorts");

            migrationBuilder.DropColumn(
                name: "EnrolledBy",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "LearnerSortName",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "SortName",
                table: "Cohorts");

            migrationBuilder.DropColumn(
                name: "SortName",
                table: "Clients");

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_CohortId_LearnerName_Id",
                table: "Enrolments",
                columns: new[] { "CohortId", "LearnerName", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Cohorts_Name_Id",
                table: "Cohorts",
                columns: new[] { "Name", "Id" });
        }
    }
}

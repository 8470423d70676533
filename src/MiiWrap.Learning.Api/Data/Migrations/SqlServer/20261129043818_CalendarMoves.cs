using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class CalendarMoves : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "MovedAt",
                table: "Nudges",
                type: "datetime2(3)",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Moves",
                table: "Nudges",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Moves",
                table: "Cohorts",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "ShownChangeAt",
                table: "Cohorts",
                type: "datetime2(3)",
                precision: 3,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "MovedAt",
                table: "Nudges");

            migrationBuilder.DropColumn(
                name: "Moves",
                table: "Nudges");

            migrationBuilder.DropColumn(
                name: "Moves",
                table: "Cohorts");

            migrationBuilder.DropColumn(
                name: "ShownChangeAt",
                table: "Cohorts");
        }
    }
}

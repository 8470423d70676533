using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Indicators : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "CoachingStartReason",
                table: "Agencies",
                type: "nvarchar(400)",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "CoachingStartsOn",
                table: "Agencies",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FacilitatorsPerCoach",
                table: "Agencies",
                type: "int",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "IndicatorMonths",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AgencyId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Code = table.Column<string>(type: "nvarchar(40)", maxLength: 40, nullable: false, collation: "Latin1_General_100_BIN2"),
                    IndicatorVersion = table.Column<int>(type: "int", nullable: false),
                    Month = table.Column<DateOnly>(type: "date", nullable: false),
                    Revision = table.Column<int>(type: "int", nullable: false),
                    Numerator = table.Column<decimal>(type: "decimal(10,3)", precision: 10, scale: 3, nullable: true),
                    Denominator = table.Column<decimal>(type: "decimal(10,3)", precision: 10, scale: 3, nullable: true),
                    Value = table.Column<decimal>(type: "decimal(10,3)", precision: 10, scale: 3, nullable: true),
                    N = table.Column<int>(type: "int", nullable: true),
                    RecordedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    RecordedById = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Source = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IndicatorMonths", x => x.Id);
                    table.ForeignKey(
                        name: "FK_IndicatorMonths_Agencies_AgencyId",
                        column: x => x.AgencyId,
                        principalTable: "Agencies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "IndicatorSets",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Slug = table.Column<string>(type: "nvarchar(80)", maxLength: 80, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Number = table.Column<int>(type: "int", nullable: false),
                    Title = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    ContentHash = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    PublishedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    Bundle = table.Column<byte[]>(type: "varbinary(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IndicatorSets", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_IndicatorMonths_AgencyId_Code_IndicatorVersion_Month_Revision",
                table: "IndicatorMonths",
                columns: new[] { "AgencyId", "Code", "IndicatorVersion", "Month", "Revision" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IndicatorMonths_AgencyId_RecordedAt_Id",
                table: "IndicatorMonths",
                columns: new[] { "AgencyId", "RecordedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_IndicatorSets_Slug_Number",
                table: "IndicatorSets",
                columns: new[] { "Slug", "Number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "IndicatorMonths");

            migrationBuilder.DropTable(
                name: "IndicatorSets");

            migrationBuilder.DropColumn(
                name: "CoachingStartReason",
                table: "Agencies");

            migrationBuilder.DropColumn(
                name: "CoachingStartsOn",
                table: "Agencies");

            migrationBuilder.DropColumn(
                name: "FacilitatorsPerCoach",
                table: "Agencies");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
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
                type: "TEXT",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "CoachingStartsOn",
                table: "Agencies",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FacilitatorsPerCoach",
                table: "Agencies",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "IndicatorMonths",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    AgencyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Code = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    IndicatorVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Month = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    Numerator = table.Column<decimal>(type: "TEXT", precision: 10, scale: 3, nullable: true),
                    Denominator = table.Column<decimal>(type: "TEXT", precision: 10, scale: 3, nullable: true),
                    Value = table.Column<decimal>(type: "TEXT", precision: 10, scale: 3, nullable: true),
                    N = table.Column<int>(type: "INTEGER", nullable: true),
                    RecordedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    RecordedById = table.Column<Guid>(type: "TEXT", nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false)
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
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Slug = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Title = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PublishedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Bundle = table.Column<byte[]>(type: "BLOB", nullable: false)
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

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AppointmentsAndStandIns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ReleaseReason",
                table: "Reviews",
                type: "TEXT",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "CohortId",
                table: "OutboundMails",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ResumedAt",
                table: "Enrolments",
                type: "TEXT",
                precision: 3,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ReaderAppointments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    CohortId = table.Column<Guid>(type: "TEXT", nullable: false),
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Act = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    By = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReaderAppointments", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ReaderAppointments_Cohorts_CohortId",
                        column: x => x.CohortId,
                        principalTable: "Cohorts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ReaderAppointments_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "StandIns",
                columns: table => new
                {
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    StandsFor = table.Column<Guid>(type: "TEXT", nullable: false),
                    AgencyId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StandIns", x => x.PersonId);
                    table.ForeignKey(
                        name: "FK_StandIns_Agencies_AgencyId",
                        column: x => x.AgencyId,
                        principalTable: "Agencies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_StandIns_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_StandIns_People_StandsFor",
                        column: x => x.StandsFor,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ReaderAppointments_CohortId_At_Id",
                table: "ReaderAppointments",
                columns: new[] { "CohortId", "At", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ReaderAppointments_PersonId",
                table: "ReaderAppointments",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_StandIns_AgencyId",
                table: "StandIns",
                column: "AgencyId");

            migrationBuilder.CreateIndex(
                name: "IX_StandIns_StandsFor_AgencyId",
                table: "StandIns",
                columns: new[] { "StandsFor", "AgencyId" },
                unique: true);

            migrationBuilder.Sql("""
                UPDATE FollowUps SET Outcome = 'Withdrawn',
                    ClosedAt = (SELECT e.EndedAt FROM Enrolments AS e WHERE e.Id = FollowUps.EnrolmentId)
                WHERE ClosedAt IS NULL AND EXISTS (SELECT 1 FROM Enrolments AS e
                    WHERE e.Id = FollowUps.EnrolmentId AND e.Status = 'Withdrawn' AND e.EndedAt >= FollowUps.OpenedAt)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ReaderAppointments");

            migrationBuilder.DropTable(
                name: "StandIns");

            migrationBuilder.DropColumn(
                name: "ReleaseReason",
                table: "Reviews");

            migrationBuilder.DropColumn(
                name: "CohortId",
                table: "OutboundMails");

            migrationBuilder.DropColumn(
                name: "ResumedAt",
                table: "Enrolments");
        }
    }
}

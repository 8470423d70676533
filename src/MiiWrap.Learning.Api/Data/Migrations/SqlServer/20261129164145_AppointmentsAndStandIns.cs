using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class AppointmentsAndStandIns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Enrolments_CohortId_LearnerSortName_Id",
                table: "Enrolments");

            migrationBuilder.AddColumn<string>(
                name: "ReleaseReason",
                table: "Reviews",
                type: "nvarchar(400)",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "CohortId",
                table: "OutboundMails",
                type: "uniqueidentifier",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ResumedAt",
                table: "Enrolments",
                type: "datetime2(3)",
                precision: 3,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ReaderAppointments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    CohortId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Name = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    Role = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Act = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    By = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    At = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false)
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
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    StandsFor = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AgencyId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false)
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
                name: "IX_Enrolments_CohortId_LearnerSortName_Id",
                table: "Enrolments",
                columns: new[] { "CohortId", "LearnerSortName", "Id" })
                .Annotation("SqlServer:Include", new[] { "LearnerName", "PersonId", "AgencyId", "Status", "EnrolledAt", "EndedAt", "UnitsCompleted", "UnitsTotal", "ReflectionsAccepted", "ReflectionsTotal", "LastActivityAt", "ResumedAt", "Version" });

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

            migrationBuilder.DropIndex(
                name: "IX_Enrolments_CohortId_LearnerSortName_Id",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "ReleaseReason",
                table: "Reviews");

            migrationBuilder.DropColumn(
                name: "CohortId",
                table: "OutboundMails");

            migrationBuilder.DropColumn(
                name: "ResumedAt",
                table: "Enrolments");

            migrationBuilder.CreateIndex(
                name: "IX_Enrolments_CohortId_LearnerSortName_Id",
                table: "Enrolments",
                columns: new[] { "CohortId", "LearnerSortName", "Id" })
                .Annotation("SqlServer:Include", new[] { "LearnerName", "PersonId", "AgencyId", "Status", "EnrolledAt", "EndedAt", "UnitsCompleted", "UnitsTotal", "ReflectionsAccepted", "ReflectionsTotal", "LastActivityAt", "Version" });
        }
    }
}

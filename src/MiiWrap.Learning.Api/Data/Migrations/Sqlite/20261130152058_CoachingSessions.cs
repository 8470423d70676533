using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CoachingSessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "SessionId",
                table: "OutboundMails",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "KindBefore",
                table: "Nudges",
                type: "TEXT",
                maxLength: 24,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "Coaching",
                table: "Cohorts",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "CoachingRelationships",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    CoachId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CoacheeId = table.Column<Guid>(type: "TEXT", nullable: false),
                    AgencyId = table.Column<Guid>(type: "TEXT", nullable: true),
                    CohortId = table.Column<Guid>(type: "TEXT", nullable: true),
                    CreatedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    BeganAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    EndedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    EndedBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    EndReason = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    Shares_Answers = table.Column<bool>(type: "INTEGER", nullable: false),
                    Shares_Reflections = table.Column<bool>(type: "INTEGER", nullable: false),
                    Shares_Fidelity = table.Column<bool>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CoachingRelationships", x => x.Id);
                    table.ForeignKey(
                        name: "FK_CoachingRelationships_Agencies_AgencyId",
                        column: x => x.AgencyId,
                        principalTable: "Agencies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_CoachingRelationships_Cohorts_CohortId",
                        column: x => x.CohortId,
                        principalTable: "Cohorts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_CoachingRelationships_People_CoachId",
                        column: x => x.CoachId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_CoachingRelationships_People_CoacheeId",
                        column: x => x.CoacheeId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "CoachingSessions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    CoachId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CohortId = table.Column<Guid>(type: "TEXT", nullable: true),
                    SeriesId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Mode = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    StartsAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Minutes = table.Column<int>(type: "INTEGER", nullable: false),
                    Competency = table.Column<string>(type: "TEXT", maxLength: 120, nullable: true),
                    Status = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    CancelledBy = table.Column<string>(type: "TEXT", maxLength: 24, nullable: true),
                    CancelReason = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    RecordedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    Records = table.Column<int>(type: "INTEGER", nullable: false),
                    Moves = table.Column<int>(type: "INTEGER", nullable: false),
                    ShownChangeAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CoachingSessions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_CoachingSessions_Cohorts_CohortId",
                        column: x => x.CohortId,
                        principalTable: "Cohorts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_CoachingSessions_People_CoachId",
                        column: x => x.CoachId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "SessionParticipants",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    SessionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Attendance = table.Column<string>(type: "TEXT", maxLength: 24, nullable: true),
                    Observation_Kind = table.Column<string>(type: "TEXT", maxLength: 24, nullable: true),
                    Observation_Month = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    Observation_ReviewId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Feedback = table.Column<bool>(type: "INTEGER", nullable: false),
                    Practice = table.Column<bool>(type: "INTEGER", nullable: false),
                    Debriefs = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SessionParticipants", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SessionParticipants_CoachingSessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "CoachingSessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_SessionParticipants_Enrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "Enrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_SessionParticipants_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "SessionRecordVersions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    SessionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    RecordedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    RecordedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Content = table.Column<string>(type: "TEXT", maxLength: 12000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SessionRecordVersions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SessionRecordVersions_CoachingSessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "CoachingSessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_AgencyId",
                table: "CoachingRelationships",
                column: "AgencyId");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_CoacheeId_CreatedAt_Id",
                table: "CoachingRelationships",
                columns: new[] { "CoacheeId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_CoachId_CreatedAt_Id",
                table: "CoachingRelationships",
                columns: new[] { "CoachId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_CohortId",
                table: "CoachingRelationships",
                column: "CohortId");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_CreatedAt_Id",
                table: "CoachingRelationships",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_OneInAgency",
                table: "CoachingRelationships",
                columns: new[] { "CoachId", "CoacheeId", "AgencyId" },
                unique: true,
                filter: "[EndedAt] IS NULL AND [AgencyId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingRelationships_OneInCohort",
                table: "CoachingRelationships",
                columns: new[] { "CoachId", "CoacheeId", "CohortId" },
                unique: true,
                filter: "[EndedAt] IS NULL AND [CohortId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingSessions_CoachId_StartsAt_Id",
                table: "CoachingSessions",
                columns: new[] { "CoachId", "StartsAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_CoachingSessions_CohortId",
                table: "CoachingSessions",
                column: "CohortId");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingSessions_Planned",
                table: "CoachingSessions",
                column: "StartsAt",
                filter: "[Status] = 'Planned'");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingSessions_StartsAt_Id",
                table: "CoachingSessions",
                columns: new[] { "StartsAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_SessionParticipants_EnrolmentId",
                table: "SessionParticipants",
                column: "EnrolmentId");

            migrationBuilder.CreateIndex(
                name: "IX_SessionParticipants_PersonId",
                table: "SessionParticipants",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_SessionParticipants_SessionId_PersonId",
                table: "SessionParticipants",
                columns: new[] { "SessionId", "PersonId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SessionRecordVersions_SessionId_Number",
                table: "SessionRecordVersions",
                columns: new[] { "SessionId", "Number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CoachingRelationships");

            migrationBuilder.DropTable(
                name: "SessionParticipants");

            migrationBuilder.DropTable(
                name: "SessionRecordVersions");

            migrationBuilder.DropTable(
                name: "CoachingSessions");

            migrationBuilder.DropColumn(
                name: "SessionId",
                table: "OutboundMails");

            migrationBuilder.DropColumn(
                name: "KindBefore",
                table: "Nudges");

            migrationBuilder.DropColumn(
                name: "Coaching",
                table: "Cohorts");
        }
    }
}

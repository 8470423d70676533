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
                name: "IX_SignInSessions_PersonId",
                table: "SignInSessions");

            migrationBuilder.DropIndex(
                name: "IX_Enrolments_AgencyId",
                table: "Enrolments");

            migrationBuilder.DropIndex(
                name: "IX_Enrolments_PersonId",
                table: "Enrolments");

            migrationBuilder.AddColumn<DateTime>(
                name: "OfferedAt",
                table: "StandIns",
                type: "TEXT",
                precision: 3,
                nullable: false,
                defaultValue: new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified));

            migrationBuilder.AddColumn<string>(
                name: "Device",
                table: "SignInSessions",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

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
                name: "Fault",
                table: "OutboundMails",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Fault",
                table: "NudgeMessages",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Address",
                table: "MailedTokens",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "FirstCohortId",
                table: "Enrolments",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "MovedAt",
                table: "Enrolments",
                type: "TEXT",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "MovesBefore",
                table: "Enrolments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "UpdatedAt",
                table: "Enrolments",
                type: "TEXT",
                precision: 3,
                nullable: false,
                defaultValue: new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified));

            migrationBuilder.AddColumn<DateTime>(
                name: "ClosedAt",
                table: "Cohorts",
                type: "TEXT",
                precision: 3,
                nullable: true);

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

            migrationBuilder.Sql("UPDATE Enrolments SET UpdatedAt = COALESCE(LastActivityAt, EndedAt, EnrolledAt)");

            migrationBuilder.Sql("UPDATE StandIns SET OfferedAt = CreatedAt");

            // What had failed before says so in the list of mails, and can be sent again.
            migrationBuilder.Sql("""
                UPDATE OutboundMails SET Fault = 'The mail server did not take the mail.'
                WHERE FailedAt IS NOT NULL AND SentAt IS NULL AND Attempts > 8
                """);

            migrationBuilder.Sql("""
                UPDATE NudgeMessages SET Fault = 'The mail server did not take the mail.'
                WHERE FailedAt IS NOT NULL AND SentAt IS NULL AND Attempts > 5
                """);

            // Who stands in shows the address that was sent; without a sort key the next start indexes its words.
            migrationBuilder.Sql("""
                UPDATE People SET SortName = '',
                    Email = (SELECT o.Email FROM StandIns s JOIN People o ON o.Id = s.StandsFor WHERE s.PersonId = People.Id)
                WHERE NormalizedEmail IS NULL AND Email IS NULL AND Id IN (SELECT PersonId FROM StandIns)
                """);

            migrationBuilder.CreateTable(
                name: "LearnerMoves",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    FromCohortId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ToCohortId = table.Column<Guid>(type: "TEXT", nullable: false),
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Act = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LearnerMoves", x => x.Id);
                    table.ForeignKey(
                        name: "FK_LearnerMoves_Cohorts_FromCohortId",
                        column: x => x.FromCohortId,
                        principalTable: "Cohorts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_LearnerMoves_Cohorts_ToCohortId",
                        column: x => x.ToCohortId,
                        principalTable: "Cohorts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_LearnerMoves_Enrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "Enrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_LearnerMoves_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_SignInSessions_PersonId_RefreshedAt_Id",
                table: "SignInSessions",
                columns: new[] { "PersonId", "RefreshedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_OutboundMails_CreatedAt_Id",
                table: "OutboundMails",
                columns: new[] { "CreatedAt", "Id" },
                filter: "[SentAt] IS NULL AND [FailedAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_OutboundMails_FailedAt_Id",
                table: "OutboundMails",
                columns: new[] { "FailedAt", "Id" },
                filter: "[FailedAt] IS NOT NULL AND [Fault] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_NudgeMessages_CreatedAt_Id",
                table: "NudgeMessages",
                columns: new[] { "CreatedAt", "Id" },
                filter: "[SentAt] IS NULL AND [FailedAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_NudgeMessages_FailedAt_Id",
                table: "NudgeMessages",
                columns: new[] { "FailedAt", "Id" },
                filter: "[FailedAt] IS NOT NULL AND [Fault] IS NOT NULL");

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
                name: "IX_Cohorts_Curriculum_SortName_Id",
                table: "Cohorts",
                columns: new[] { "Curriculum", "SortName", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Agencies_SortName_Id",
                table: "Agencies",
                columns: new[] { "SortName", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Agencies_UniqueSortName",
                table: "Agencies",
                column: "UniqueSortName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LearnerMoves_EnrolmentId_At_Id",
                table: "LearnerMoves",
                columns: new[] { "EnrolmentId", "At", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_LearnerMoves_FromCohortId",
                table: "LearnerMoves",
                column: "FromCohortId");

            migrationBuilder.CreateIndex(
                name: "IX_LearnerMoves_PersonId",
                table: "LearnerMoves",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_LearnerMoves_ToCohortId",
                table: "LearnerMoves",
                column: "ToCohortId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "LearnerMoves");

            migrationBuilder.DropIndex(
                name: "IX_SignInSessions_PersonId_RefreshedAt_Id",
                table: "SignInSessions");

            migrationBuilder.DropIndex(
                name: "IX_OutboundMails_CreatedAt_Id",
                table: "OutboundMails");

            migrationBuilder.DropIndex(
                name: "IX_OutboundMails_FailedAt_Id",
                table: "OutboundMails");

            migrationBuilder.DropIndex(
                name: "IX_NudgeMessages_CreatedAt_Id",
                table: "NudgeMessages");

            migrationBuilder.DropIndex(
                name: "IX_NudgeMessages_FailedAt_Id",
                table: "NudgeMessages");

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
                name: "IX_Cohorts_Curriculum_SortName_Id",
                table: "Cohorts");

            migrationBuilder.DropIndex(
                name: "IX_Agencies_SortName_Id",
                table: "Agencies");

            migrationBuilder.DropIndex(
                name: "IX_Agencies_UniqueSortName",
                table: "Agencies");

            migrationBuilder.DropColumn(
                name: "OfferedAt",
                table: "StandIns");

            migrationBuilder.DropColumn(
                name: "Device",
                table: "SignInSessions");

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
                name: "Fault",
                table: "OutboundMails");

            migrationBuilder.DropColumn(
                name: "Fault",
                table: "NudgeMessages");

            migrationBuilder.DropColumn(
                name: "Address",
                table: "MailedTokens");

            migrationBuilder.DropColumn(
                name: "FirstCohortId",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "MovedAt",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "MovesBefore",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "UpdatedAt",
                table: "Enrolments");

            migrationBuilder.DropColumn(
                name: "ClosedAt",
                table: "Cohorts");

            migrationBuilder.DropColumn(
                name: "SortName",
                table: "Agencies");

            migrationBuilder.DropColumn(
                name: "UniqueSortName",
                table: "Agencies");

            migrationBuilder.CreateIndex(
                name: "IX_SignInSessions_PersonId",
                table: "SignInSessions",
                column: "PersonId");

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

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CoachingWords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Nudges_OpportunityId_Step_PlanVersion",
                table: "Nudges");

            migrationBuilder.AddColumn<int>(
                name: "Items",
                table: "RetentionRecords",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Sessions",
                table: "RetentionRecords",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "ReflectionId",
                table: "ReflectionAccess",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<Guid>(
                name: "SessionId",
                table: "ReflectionAccess",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "RevisionId",
                table: "Redactions",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AlterColumn<Guid>(
                name: "ReflectionId",
                table: "Redactions",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<Guid>(
                name: "ParticipantId",
                table: "Redactions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "SessionId",
                table: "Redactions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "OpportunityId",
                table: "Nudges",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<Guid>(
                name: "ActionItemId",
                table: "Nudges",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsHeld",
                table: "CoachingSessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "PurgedAt",
                table: "CoachingSessions",
                type: "TEXT",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Removals",
                table: "CoachingSessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "WordsAt",
                table: "CoachingSessions",
                type: "TEXT",
                precision: 3,
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "ReflectionId",
                table: "BrokenGlass",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<Guid>(
                name: "SessionId",
                table: "BrokenGlass",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ActionItems",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    OwnerId = table.Column<Guid>(type: "TEXT", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CoachId = table.Column<Guid>(type: "TEXT", nullable: true),
                    SessionId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Unit = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    IfThen_Cue = table.Column<string>(type: "TEXT", maxLength: 280, nullable: false),
                    IfThen_Action = table.Column<string>(type: "TEXT", maxLength: 280, nullable: false),
                    IfThen_PlannedFor = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    Sign = table.Column<string>(type: "TEXT", maxLength: 280, nullable: false),
                    Competency = table.Column<string>(type: "TEXT", maxLength: 120, nullable: true),
                    DueOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    AgreedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    AgreedOn = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    ClosedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    ClosedOn = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    ClosedBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 24, nullable: true),
                    PurgedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ActionItems", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ActionItems_CoachingSessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "CoachingSessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ActionItems_Enrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "Enrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ActionItems_People_CoachId",
                        column: x => x.CoachId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ActionItems_People_OwnerId",
                        column: x => x.OwnerId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Instruments",
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
                    table.PrimaryKey("PK_Instruments", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SessionTexts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    SessionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    ParticipantId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Text = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    WrittenAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Removals = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SessionTexts", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SessionTexts_CoachingSessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "CoachingSessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_SessionTexts_SessionParticipants_ParticipantId",
                        column: x => x.ParticipantId,
                        principalTable: "SessionParticipants",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ActionEvidence",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ActionItemId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Level = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    OccurredOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    RecordedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    RecordedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 280, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ActionEvidence", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ActionEvidence_ActionItems_ActionItemId",
                        column: x => x.ActionItemId,
                        principalTable: "ActionItems",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ReflectionAccess_SessionId_At_Id",
                table: "ReflectionAccess",
                columns: new[] { "SessionId", "At", "Id" });

            migrationBuilder.AddCheckConstraint(
                name: "CK_ReflectionAccess_OneText",
                table: "ReflectionAccess",
                sql: "([ReflectionId] IS NOT NULL AND [SessionId] IS NULL) OR ([ReflectionId] IS NULL AND [SessionId] IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "IX_Redactions_SessionId_At_Id",
                table: "Redactions",
                columns: new[] { "SessionId", "At", "Id" });

            migrationBuilder.AddCheckConstraint(
                name: "CK_Redactions_OneText",
                table: "Redactions",
                sql: "([ReflectionId] IS NOT NULL AND [SessionId] IS NULL) OR ([ReflectionId] IS NULL AND [SessionId] IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "IX_Nudges_ActionItemId_Step",
                table: "Nudges",
                columns: new[] { "ActionItemId", "Step" },
                unique: true,
                filter: "[ActionItemId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Nudges_OpportunityId_Step_PlanVersion",
                table: "Nudges",
                columns: new[] { "OpportunityId", "Step", "PlanVersion" },
                unique: true,
                filter: "[OpportunityId] IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "CK_Nudges_OneSubject",
                table: "Nudges",
                sql: "([OpportunityId] IS NOT NULL AND [ActionItemId] IS NULL) OR ([OpportunityId] IS NULL AND [ActionItemId] IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "IX_CoachingSessions_WithWords",
                table: "CoachingSessions",
                columns: new[] { "CohortId", "WordsAt" },
                filter: "[PurgedAt] IS NULL AND [WordsAt] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_BrokenGlass_SessionId_PersonId",
                table: "BrokenGlass",
                columns: new[] { "SessionId", "PersonId" });

            migrationBuilder.AddCheckConstraint(
                name: "CK_BrokenGlass_OneText",
                table: "BrokenGlass",
                sql: "([ReflectionId] IS NOT NULL AND [SessionId] IS NULL) OR ([ReflectionId] IS NULL AND [SessionId] IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "IX_ActionEvidence_ActionItemId",
                table: "ActionEvidence",
                column: "ActionItemId");

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_CoachId_CreatedAt_Id",
                table: "ActionItems",
                columns: new[] { "CoachId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_CreatedAt_Id",
                table: "ActionItems",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_EnrolmentId",
                table: "ActionItems",
                column: "EnrolmentId");

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_OwnerId_CreatedAt_Id",
                table: "ActionItems",
                columns: new[] { "OwnerId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_Proposed",
                table: "ActionItems",
                column: "CreatedAt",
                filter: "[State] = 'Proposed'");

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_SessionId",
                table: "ActionItems",
                column: "SessionId",
                filter: "[SessionId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Instruments_Slug_Number",
                table: "Instruments",
                columns: new[] { "Slug", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SessionTexts_OneNote",
                table: "SessionTexts",
                column: "SessionId",
                unique: true,
                filter: "[ParticipantId] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_SessionTexts_ParticipantId",
                table: "SessionTexts",
                column: "ParticipantId");

            migrationBuilder.CreateIndex(
                name: "IX_SessionTexts_SessionId_Kind",
                table: "SessionTexts",
                columns: new[] { "SessionId", "Kind" });

            migrationBuilder.CreateIndex(
                name: "IX_SessionTexts_SessionId_Kind_ParticipantId",
                table: "SessionTexts",
                columns: new[] { "SessionId", "Kind", "ParticipantId" },
                unique: true,
                filter: "[ParticipantId] IS NOT NULL");

            migrationBuilder.AddForeignKey(
                name: "FK_BrokenGlass_CoachingSessions_SessionId",
                table: "BrokenGlass",
                column: "SessionId",
                principalTable: "CoachingSessions",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_Nudges_ActionItems_ActionItemId",
                table: "Nudges",
                column: "ActionItemId",
                principalTable: "ActionItems",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_Redactions_CoachingSessions_SessionId",
                table: "Redactions",
                column: "SessionId",
                principalTable: "CoachingSessions",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_ReflectionAccess_CoachingSessions_SessionId",
                table: "ReflectionAccess",
                column: "SessionId",
                principalTable: "CoachingSessions",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_BrokenGlass_CoachingSessions_SessionId",
                table: "BrokenGlass");

            migrationBuilder.DropForeignKey(
                name: "FK_Nudges_ActionItems_ActionItemId",
                table: "Nudges");

            migrationBuilder.DropForeignKey(
                name: "FK_Redactions_CoachingSessions_SessionId",
                table: "Redactions");

            migrationBuilder.DropForeignKey(
                name: "FK_ReflectionAccess_CoachingSessions_SessionId",
                table: "ReflectionAccess");

            migrationBuilder.DropTable(
                name: "ActionEvidence");

            migrationBuilder.DropTable(
                name: "Instruments");

            migrationBuilder.DropTable(
                name: "SessionTexts");

            migrationBuilder.DropTable(
                name: "ActionItems");

            migrationBuilder.DropIndex(
                name: "IX_ReflectionAccess_SessionId_At_Id",
                table: "ReflectionAccess");

            migrationBuilder.DropCheckConstraint(
                name: "CK_ReflectionAccess_OneText",
                table: "ReflectionAccess");

            migrationBuilder.DropIndex(
                name: "IX_Redactions_SessionId_At_Id",
                table: "Redactions");

            migrationBuilder.DropCheckConstraint(
                name: "CK_Redactions_OneText",
                table: "Redactions");

            migrationBuilder.DropIndex(
                name: "IX_Nudges_ActionItemId_Step",
                table: "Nudges");

            migrationBuilder.DropIndex(
                name: "IX_Nudges_OpportunityId_Step_PlanVersion",
                table: "Nudges");

            migrationBuilder.DropCheckConstraint(
                name: "CK_Nudges_OneSubject",
                table: "Nudges");

            migrationBuilder.DropIndex(
                name: "IX_CoachingSessions_WithWords",
                table: "CoachingSessions");

            migrationBuilder.DropIndex(
                name: "IX_BrokenGlass_SessionId_PersonId",
                table: "BrokenGlass");

            migrationBuilder.DropCheckConstraint(
                name: "CK_BrokenGlass_OneText",
                table: "BrokenGlass");

            migrationBuilder.DropColumn(
                name: "Items",
                table: "RetentionRecords");

            migrationBuilder.DropColumn(
                name: "Sessions",
                table: "RetentionRecords");

            migrationBuilder.DropColumn(
                name: "SessionId",
                table: "ReflectionAccess");

            migrationBuilder.DropColumn(
                name: "ParticipantId",
                table: "Redactions");

            migrationBuilder.DropColumn(
                name: "SessionId",
                table: "Redactions");

            migrationBuilder.DropColumn(
                name: "ActionItemId",
                table: "Nudges");

            migrationBuilder.DropColumn(
                name: "IsHeld",
                table: "CoachingSessions");

            migrationBuilder.DropColumn(
                name: "PurgedAt",
                table: "CoachingSessions");

            migrationBuilder.DropColumn(
                name: "Removals",
                table: "CoachingSessions");

            migrationBuilder.DropColumn(
                name: "WordsAt",
                table: "CoachingSessions");

            migrationBuilder.DropColumn(
                name: "SessionId",
                table: "BrokenGlass");

            migrationBuilder.AlterColumn<Guid>(
                name: "ReflectionId",
                table: "ReflectionAccess",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "RevisionId",
                table: "Redactions",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "ReflectionId",
                table: "Redactions",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "OpportunityId",
                table: "Nudges",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "ReflectionId",
                table: "BrokenGlass",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Nudges_OpportunityId_Step_PlanVersion",
                table: "Nudges",
                columns: new[] { "OpportunityId", "Step", "PlanVersion" },
                unique: true);
        }
    }
}

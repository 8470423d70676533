using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ActionItems : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Nudges_OpportunityId_Step_PlanVersion",
                table: "Nudges");

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
                name: "ActionEvidence",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ActionItemId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Level = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    OccurredOn = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 280, nullable: true),
                    RecordedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    RecordedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false)
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
                sql: "([OpportunityId] IS NULL AND [ActionItemId] IS NOT NULL) OR ([OpportunityId] IS NOT NULL AND [ActionItemId] IS NULL)");

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

            migrationBuilder.AddForeignKey(
                name: "FK_Nudges_ActionItems_ActionItemId",
                table: "Nudges",
                column: "ActionItemId",
                principalTable: "ActionItems",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Nudges_ActionItems_ActionItemId",
                table: "Nudges");

            migrationBuilder.DropTable(
                name: "ActionEvidence");

            migrationBuilder.DropTable(
                name: "ActionItems");

            migrationBuilder.DropIndex(
                name: "IX_Nudges_ActionItemId_Step",
                table: "Nudges");

            migrationBuilder.DropIndex(
                name: "IX_Nudges_OpportunityId_Step_PlanVersion",
                table: "Nudges");

            migrationBuilder.DropCheckConstraint(
                name: "CK_Nudges_OneSubject",
                table: "Nudges");

            migrationBuilder.DropColumn(
                name: "ActionItemId",
                table: "Nudges");

            migrationBuilder.AlterColumn<Guid>(
                name: "OpportunityId",
                table: "Nudges",
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

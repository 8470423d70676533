using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class FidelityReviews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "FidelityReviews",
                table: "RetentionRecords",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "ReviewId",
                table: "ActionItems",
                type: "uniqueidentifier",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AgencyRaters",
                columns: table => new
                {
                    AgencyId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AppointedBy = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AppointedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AgencyRaters", x => new { x.AgencyId, x.PersonId });
                    table.ForeignKey(
                        name: "FK_AgencyRaters_Agencies_AgencyId",
                        column: x => x.AgencyId,
                        principalTable: "Agencies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_AgencyRaters_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "RaterAppointments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Instrument = table.Column<string>(type: "nvarchar(80)", maxLength: 80, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Reason = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: false),
                    AppointedBy = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AppointedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RaterAppointments", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RaterAppointments_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "RaterCalibrations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Instrument = table.Column<string>(type: "nvarchar(80)", maxLength: 80, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Basis = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: true, collation: "Latin1_General_100_BIN2"),
                    Until = table.Column<DateOnly>(type: "date", nullable: true),
                    LapsedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    Version = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RaterCalibrations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RaterCalibrations_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "RaterPairs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Instrument = table.Column<string>(type: "nvarchar(80)", maxLength: 80, nullable: false, collation: "Latin1_General_100_BIN2"),
                    FirstRaterId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    SecondRaterId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    FirstSubmittedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    SecondSubmittedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    LockedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    AbandonedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    FirstWasCalibrated = table.Column<bool>(type: "bit", nullable: false),
                    SecondWasCalibrated = table.Column<bool>(type: "bit", nullable: false),
                    Version = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RaterPairs", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RaterPairs_People_FirstRaterId",
                        column: x => x.FirstRaterId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_RaterPairs_People_SecondRaterId",
                        column: x => x.SecondRaterId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "FidelityReviews",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Instrument = table.Column<string>(type: "nvarchar(80)", maxLength: 80, nullable: false, collation: "Latin1_General_100_BIN2"),
                    InstrumentVersion = table.Column<int>(type: "int", nullable: false),
                    Major = table.Column<int>(type: "int", nullable: false),
                    SubjectId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AgencyId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    RaterId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    RaterRole = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Event_Kind = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Event_Month = table.Column<DateOnly>(type: "date", nullable: false),
                    Event_SegmentMinutes = table.Column<int>(type: "int", nullable: true),
                    Event_ConsentConfirmed = table.Column<bool>(type: "bit", nullable: false),
                    SessionId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    PairId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    SupersedesId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    AmendReason = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true),
                    Status = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    CreatedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    SubmittedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    LockedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    VoidedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    VoidedBy = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    VoidReason = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true),
                    Draft = table.Column<string>(type: "nvarchar(max)", maxLength: 12000, nullable: false),
                    Notes = table.Column<string>(type: "nvarchar(max)", maxLength: 200000, nullable: false),
                    Reply = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: true),
                    RepliedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    WordsAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    PurgedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    Version = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FidelityReviews", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_Agencies_AgencyId",
                        column: x => x.AgencyId,
                        principalTable: "Agencies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_CoachingSessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "CoachingSessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_Enrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "Enrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_FidelityReviews_SupersedesId",
                        column: x => x.SupersedesId,
                        principalTable: "FidelityReviews",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_People_RaterId",
                        column: x => x.RaterId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_People_SubjectId",
                        column: x => x.SubjectId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReviews_RaterPairs_PairId",
                        column: x => x.PairId,
                        principalTable: "RaterPairs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "FidelityReadings",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    SubjectId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    ReviewId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Name = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    Role = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Act = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    At = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FidelityReadings", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FidelityReadings_FidelityReviews_ReviewId",
                        column: x => x.ReviewId,
                        principalTable: "FidelityReviews",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_FidelityReadings_People_SubjectId",
                        column: x => x.SubjectId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "FidelityResults",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    ReviewId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Ratings = table.Column<string>(type: "nvarchar(max)", maxLength: 12000, nullable: false),
                    Scores = table.Column<string>(type: "nvarchar(max)", maxLength: 100000, nullable: false),
                    Flags = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: false),
                    RaterCalibrated = table.Column<bool>(type: "bit", nullable: false),
                    LockedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    Total = table.Column<string>(type: "nvarchar(4000)", maxLength: 4000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FidelityResults", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FidelityResults_FidelityReviews_ReviewId",
                        column: x => x.ReviewId,
                        principalTable: "FidelityReviews",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ActionItems_ReviewId",
                table: "ActionItems",
                column: "ReviewId",
                filter: "[ReviewId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_AgencyRaters_PersonId",
                table: "AgencyRaters",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReadings_ReviewId_At_Id",
                table: "FidelityReadings",
                columns: new[] { "ReviewId", "At", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReadings_SubjectId_At_Id",
                table: "FidelityReadings",
                columns: new[] { "SubjectId", "At", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_FidelityResults_ReviewId",
                table: "FidelityResults",
                column: "ReviewId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_AgencyId_Instrument_LockedAt",
                table: "FidelityReviews",
                columns: new[] { "AgencyId", "Instrument", "LockedAt" },
                filter: "[AgencyId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_CreatedAt_Id",
                table: "FidelityReviews",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_EnrolmentId",
                table: "FidelityReviews",
                column: "EnrolmentId");

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_PairId",
                table: "FidelityReviews",
                column: "PairId",
                filter: "[PairId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_RaterId_CreatedAt_Id",
                table: "FidelityReviews",
                columns: new[] { "RaterId", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_SessionId",
                table: "FidelityReviews",
                column: "SessionId",
                filter: "[SessionId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_SubjectId_Instrument_CreatedAt_Id",
                table: "FidelityReviews",
                columns: new[] { "SubjectId", "Instrument", "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_SupersedesId",
                table: "FidelityReviews",
                column: "SupersedesId",
                unique: true,
                filter: "[SupersedesId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FidelityReviews_WithWords",
                table: "FidelityReviews",
                column: "WordsAt",
                filter: "[PurgedAt] IS NULL AND [WordsAt] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_RaterAppointments_PersonId_Instrument_AppointedAt",
                table: "RaterAppointments",
                columns: new[] { "PersonId", "Instrument", "AppointedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_RaterCalibrations_Holding",
                table: "RaterCalibrations",
                column: "Until",
                filter: "[LapsedAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_RaterCalibrations_Instrument",
                table: "RaterCalibrations",
                column: "Instrument");

            migrationBuilder.CreateIndex(
                name: "IX_RaterCalibrations_PersonId_Instrument",
                table: "RaterCalibrations",
                columns: new[] { "PersonId", "Instrument" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RaterPairs_FirstRaterId_Instrument_LockedAt",
                table: "RaterPairs",
                columns: new[] { "FirstRaterId", "Instrument", "LockedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_RaterPairs_Instrument_LockedAt",
                table: "RaterPairs",
                columns: new[] { "Instrument", "LockedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_RaterPairs_Open",
                table: "RaterPairs",
                column: "CreatedAt",
                filter: "[LockedAt] IS NULL AND [AbandonedAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_RaterPairs_SecondRaterId_Instrument_LockedAt",
                table: "RaterPairs",
                columns: new[] { "SecondRaterId", "Instrument", "LockedAt" });

            migrationBuilder.AddForeignKey(
                name: "FK_ActionItems_FidelityReviews_ReviewId",
                table: "ActionItems",
                column: "ReviewId",
                principalTable: "FidelityReviews",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_ActionItems_FidelityReviews_ReviewId",
                table: "ActionItems");

            migrationBuilder.DropTable(
                name: "AgencyRaters");

            migrationBuilder.DropTable(
                name: "FidelityReadings");

            migrationBuilder.DropTable(
                name: "FidelityResults");

            migrationBuilder.DropTable(
                name: "RaterAppointments");

            migrationBuilder.DropTable(
                name: "RaterCalibrations");

            migrationBuilder.DropTable(
                name: "FidelityReviews");

            migrationBuilder.DropTable(
                name: "RaterPairs");

            migrationBuilder.DropIndex(
                name: "IX_ActionItems_ReviewId",
                table: "ActionItems");

            migrationBuilder.DropColumn(
                name: "FidelityReviews",
                table: "RetentionRecords");

            migrationBuilder.DropColumn(
                name: "ReviewId",
                table: "ActionItems");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class OutboundMails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "OutboundMails",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    LeaseUntil = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    SentAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    FailedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutboundMails", x => x.Id);
                    table.ForeignKey(
                        name: "FK_OutboundMails_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_OutboundMails_CreatedAt",
                table: "OutboundMails",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_OutboundMails_LeaseUntil",
                table: "OutboundMails",
                column: "LeaseUntil",
                filter: "[SentAt] IS NULL AND [FailedAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_OutboundMails_PersonId_CreatedAt",
                table: "OutboundMails",
                columns: new[] { "PersonId", "CreatedAt" });

            // What is still owed moves along, and so does what was sent lately: it counts against the next request for a password.
            migrationBuilder.Sql("""
                INSERT INTO OutboundMails (Id, PersonId, Kind, CreatedAt, LeaseUntil, Attempts, Version, SentAt, FailedAt)
                SELECT Id, PersonId, Kind, CreatedAt, LeaseUntil, Attempts, Version, SentAt, FailedAt FROM AccountMails
                """);
            migrationBuilder.Sql("""
                INSERT INTO OutboundMails (Id, PersonId, Kind, CreatedAt, LeaseUntil, Attempts, Version, SentAt, FailedAt)
                SELECT Id, PersonId, CASE Kind WHEN 'Ready' THEN 'FeedbackReady' WHEN 'Redacted' THEN 'WordsRedacted' ELSE 'ReviewsOverdue' END,
                    CreatedAt, LeaseUntil, Attempts, Version, SentAt, FailedAt FROM FeedbackNotices
                """);
            migrationBuilder.DropTable(name: "AccountMails");
            migrationBuilder.DropTable(name: "FeedbackNotices");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new System.NotSupportedException("There is no step down in the schema: restore a backup.");
    }
}

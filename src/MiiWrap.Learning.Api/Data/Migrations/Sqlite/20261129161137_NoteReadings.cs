using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class NoteReadings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "NoteAccess",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Unit = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Act = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    At = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false),
                    Removals = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_NoteAccess", x => x.Id);
                    table.ForeignKey(
                        name: "FK_NoteAccess_Enrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "Enrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_NoteAccess_EnrolmentId_Unit_At_Id",
                table: "NoteAccess",
                columns: new[] { "EnrolmentId", "Unit", "At", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_NoteAccess_PersonId_At",
                table: "NoteAccess",
                columns: new[] { "PersonId", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "NoteAccess");
        }
    }
}

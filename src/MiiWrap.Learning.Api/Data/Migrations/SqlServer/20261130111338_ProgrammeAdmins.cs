using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class ProgrammeAdmins : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_People_IsProgramAdmin_Id",
                table: "People",
                columns: new[] { "IsProgramAdmin", "Id" },
                filter: "[IsProgramAdmin] = 1");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_People_IsProgramAdmin_Id",
                table: "People");
        }
    }
}

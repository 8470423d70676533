using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Credentials : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "CredentialId",
                table: "OutboundMails",
                type: "uniqueidentifier",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "BadgeBases",
                columns: table => new
                {
                    Id = table.Column<int>(type: "int", nullable: false),
                    Url = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: false),
                    StoredAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BadgeBases", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "BadgeKeys",
                columns: table => new
                {
                    Thumbprint = table.Column<string>(type: "nvarchar(43)", maxLength: 43, nullable: false, collation: "Latin1_General_100_BIN2"),
                    PublicJwk = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: false),
                    Sealed = table.Column<string>(type: "nvarchar(max)", maxLength: 8000, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    RetiredAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BadgeKeys", x => x.Thumbprint);
                });

            migrationBuilder.CreateTable(
                name: "CredentialDefinitions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Slug = table.Column<string>(type: "nvarchar(80)", maxLength: 80, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Number = table.Column<int>(type: "int", nullable: false),
                    Title = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    ContentHash = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    PublishedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    Bundle = table.Column<byte[]>(type: "varbinary(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CredentialDefinitions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Credentials",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    PersonId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    EnrolmentId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Code = table.Column<string>(type: "nvarchar(60)", maxLength: 60, nullable: false, collation: "Latin1_General_100_BIN2"),
                    DefinitionVersion = table.Column<int>(type: "int", nullable: false),
                    Title = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    AgencyId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    OfferedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: false),
                    OfferedBy = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AcceptedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    State = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false, collation: "Latin1_General_100_BIN2"),
                    IsPublic = table.Column<bool>(type: "bit", nullable: false),
                    PageToken = table.Column<string>(type: "nvarchar(22)", maxLength: 22, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ValidUntil = table.Column<DateOnly>(type: "date", nullable: true),
                    RenewableUntil = table.Column<DateOnly>(type: "date", nullable: true),
                    ExpiredAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    LapsedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    RevokedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    RevokedBy = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    RevokeReason = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true),
                    EvidenceChangedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    RemindedDays = table.Column<int>(type: "int", nullable: true),
                    Version = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Credentials", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Credentials_Agencies_AgencyId",
                        column: x => x.AgencyId,
                        principalTable: "Agencies",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Credentials_Enrolments_EnrolmentId",
                        column: x => x.EnrolmentId,
                        principalTable: "Enrolments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Credentials_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "CredentialPeriods",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    CredentialId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Number = table.Column<int>(type: "int", nullable: false),
                    Evidence = table.Column<string>(type: "nvarchar(max)", maxLength: 200000, nullable: false),
                    FirstDay = table.Column<DateOnly>(type: "date", nullable: true),
                    LastDay = table.Column<DateOnly>(type: "date", nullable: true),
                    BadgeId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    SubjectId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Salt = table.Column<string>(type: "nvarchar(22)", maxLength: 22, nullable: false, collation: "Latin1_General_100_BIN2"),
                    ValidFrom = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true),
                    StatusList = table.Column<int>(type: "int", nullable: true),
                    StatusIndex = table.Column<int>(type: "int", nullable: true),
                    Badge = table.Column<string>(type: "nvarchar(max)", maxLength: 32000, nullable: true),
                    RevokedAt = table.Column<DateTime>(type: "datetime2(3)", precision: 3, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CredentialPeriods", x => x.Id);
                    table.ForeignKey(
                        name: "FK_CredentialPeriods_Credentials_CredentialId",
                        column: x => x.CredentialId,
                        principalTable: "Credentials",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_CredentialDefinitions_Slug_Number",
                table: "CredentialDefinitions",
                columns: new[] { "Slug", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_CredentialPeriods_CredentialId_Number",
                table: "CredentialPeriods",
                columns: new[] { "CredentialId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_CredentialPeriods_Revoked",
                table: "CredentialPeriods",
                column: "StatusList",
                filter: "[RevokedAt] IS NOT NULL AND [StatusIndex] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_CredentialPeriods_StatusList_StatusIndex",
                table: "CredentialPeriods",
                columns: new[] { "StatusList", "StatusIndex" },
                unique: true,
                filter: "[StatusIndex] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_AgencyId_OfferedAt_Id",
                table: "Credentials",
                columns: new[] { "AgencyId", "OfferedAt", "Id" },
                filter: "[AgencyId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_Code_OfferedAt_Id",
                table: "Credentials",
                columns: new[] { "Code", "OfferedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_Current",
                table: "Credentials",
                columns: new[] { "PersonId", "Code" },
                unique: true,
                filter: "[State] IN ('Offered', 'Active', 'Expired')");

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_Ending",
                table: "Credentials",
                column: "ValidUntil",
                filter: "[ValidUntil] IS NOT NULL AND [State] IN ('Active', 'Expired')");

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_EnrolmentId",
                table: "Credentials",
                column: "EnrolmentId");

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_OfferedAt_Id",
                table: "Credentials",
                columns: new[] { "OfferedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_PageToken",
                table: "Credentials",
                column: "PageToken",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Credentials_PersonId_OfferedAt_Id",
                table: "Credentials",
                columns: new[] { "PersonId", "OfferedAt", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "BadgeBases");

            migrationBuilder.DropTable(
                name: "BadgeKeys");

            migrationBuilder.DropTable(
                name: "CredentialDefinitions");

            migrationBuilder.DropTable(
                name: "CredentialPeriods");

            migrationBuilder.DropTable(
                name: "Credentials");

            migrationBuilder.DropColumn(
                name: "CredentialId",
                table: "OutboundMails");
        }
    }
}

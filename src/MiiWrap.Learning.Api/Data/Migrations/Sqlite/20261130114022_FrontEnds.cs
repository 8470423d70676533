using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MiiWrap.Learning.Api.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FrontEnds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "ClientId",
                table: "SignInSessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "OutboundMails",
                type: "TEXT",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ApplicationType",
                table: "Clients",
                type: "TEXT",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClientId",
                table: "Clients",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClientType",
                table: "Clients",
                type: "TEXT",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ConcurrencyToken",
                table: "Clients",
                type: "TEXT",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ConsentType",
                table: "Clients",
                type: "TEXT",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Kind",
                table: "Clients",
                type: "TEXT",
                maxLength: 24,
                nullable: false,
                defaultValue: "Server");

            migrationBuilder.AddColumn<string>(
                name: "Permissions",
                table: "Clients",
                type: "TEXT",
                maxLength: 4000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RedirectUris",
                table: "Clients",
                type: "TEXT",
                maxLength: 4000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Requirements",
                table: "Clients",
                type: "TEXT",
                maxLength: 400,
                nullable: true);

            // What was a client before is one of a server, which may ask the authorization server for tokens too.
            migrationBuilder.Sql("""
                UPDATE Clients SET ClientId = lower(Id), ClientType = 'confidential',
                    Permissions = '["ept:token","gt:client_credentials","scp:' || REPLACE(Scopes, ' ', '","scp:') || '"]'
                """);

            migrationBuilder.CreateTable(
                name: "AuthorizationKeys",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Use = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Sealed = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuthorizationKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "FrontEndConsents",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ApplicationId = table.Column<Guid>(type: "TEXT", nullable: true),
                    ConcurrencyToken = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    CreationDate = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    Properties = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    Scopes = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    Status = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    Subject = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    Type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FrontEndConsents", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FrontEndConsents_Clients_ApplicationId",
                        column: x => x.ApplicationId,
                        principalTable: "Clients",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateTable(
                name: "GivenAddresses",
                columns: table => new
                {
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    GivenBy = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GivenAddresses", x => new { x.PersonId, x.GivenBy });
                    table.ForeignKey(
                        name: "FK_GivenAddresses_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SecondFactors",
                columns: table => new
                {
                    PersonId = table.Column<Guid>(type: "TEXT", nullable: false),
                    LastStep = table.Column<long>(type: "INTEGER", nullable: false),
                    OnSince = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    ResetAt = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    ResetBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    ResetReason = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SecondFactors", x => x.PersonId);
                    table.ForeignKey(
                        name: "FK_SecondFactors_People_PersonId",
                        column: x => x.PersonId,
                        principalTable: "People",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "IssuedTokens",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ApplicationId = table.Column<Guid>(type: "TEXT", nullable: true),
                    AuthorizationId = table.Column<Guid>(type: "TEXT", nullable: true),
                    ConcurrencyToken = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    CreationDate = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    ExpirationDate = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    Payload = table.Column<string>(type: "TEXT", maxLength: 16000, nullable: true),
                    Properties = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    RedemptionDate = table.Column<DateTime>(type: "TEXT", precision: 3, nullable: true),
                    ReferenceId = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    Status = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    Subject = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    Type = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IssuedTokens", x => x.Id);
                    table.ForeignKey(
                        name: "FK_IssuedTokens_Clients_ApplicationId",
                        column: x => x.ApplicationId,
                        principalTable: "Clients",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_IssuedTokens_FrontEndConsents_AuthorizationId",
                        column: x => x.AuthorizationId,
                        principalTable: "FrontEndConsents",
                        principalColumn: "Id");
                });

            migrationBuilder.CreateIndex(
                name: "IX_SignInSessions_ClientId",
                table: "SignInSessions",
                column: "ClientId",
                filter: "[ClientId] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_People_IsProgramAdmin_Id",
                table: "People",
                columns: new[] { "IsProgramAdmin", "Id" },
                filter: "[IsProgramAdmin]");

            migrationBuilder.CreateIndex(
                name: "IX_Clients_ClientId",
                table: "Clients",
                column: "ClientId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FrontEndConsents_ApplicationId_Status_Subject_Type",
                table: "FrontEndConsents",
                columns: new[] { "ApplicationId", "Status", "Subject", "Type" });

            migrationBuilder.CreateIndex(
                name: "IX_FrontEndConsents_CreationDate",
                table: "FrontEndConsents",
                column: "CreationDate");

            migrationBuilder.CreateIndex(
                name: "IX_FrontEndConsents_Subject_Status_Type",
                table: "FrontEndConsents",
                columns: new[] { "Subject", "Status", "Type" });

            migrationBuilder.CreateIndex(
                name: "IX_IssuedTokens_ApplicationId_Status_Subject_Type",
                table: "IssuedTokens",
                columns: new[] { "ApplicationId", "Status", "Subject", "Type" });

            migrationBuilder.CreateIndex(
                name: "IX_IssuedTokens_AuthorizationId",
                table: "IssuedTokens",
                column: "AuthorizationId");

            migrationBuilder.CreateIndex(
                name: "IX_IssuedTokens_ExpirationDate",
                table: "IssuedTokens",
                column: "ExpirationDate");

            migrationBuilder.CreateIndex(
                name: "IX_IssuedTokens_ReferenceId",
                table: "IssuedTokens",
                column: "ReferenceId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IssuedTokens_Subject",
                table: "IssuedTokens",
                column: "Subject");

            migrationBuilder.CreateIndex(
                name: "IX_SecondFactors_ResetBy",
                table: "SecondFactors",
                column: "ResetBy");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AuthorizationKeys");

            migrationBuilder.DropTable(
                name: "GivenAddresses");

            migrationBuilder.DropTable(
                name: "IssuedTokens");

            migrationBuilder.DropTable(
                name: "SecondFactors");

            migrationBuilder.DropTable(
                name: "FrontEndConsents");

            migrationBuilder.DropIndex(
                name: "IX_SignInSessions_ClientId",
                table: "SignInSessions");

            migrationBuilder.DropIndex(
                name: "IX_People_IsProgramAdmin_Id",
                table: "People");

            migrationBuilder.DropIndex(
                name: "IX_Clients_ClientId",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "ClientId",
                table: "SignInSessions");

            migrationBuilder.DropColumn(
                name: "TraceParent",
                table: "OutboundMails");

            migrationBuilder.DropColumn(
                name: "ApplicationType",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "ClientId",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "ClientType",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "ConcurrencyToken",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "ConsentType",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Permissions",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "RedirectUris",
                table: "Clients");

            migrationBuilder.DropColumn(
                name: "Requirements",
                table: "Clients");
        }
    }
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data;

/// <summary>
/// The keys of tokens and links lie in the database, encrypted by a certificate: a second node with both reads what the first one has
/// signed.
/// </summary>
[StandingClock]
public sealed class KeyRingTests(KeyRingTests.CertifiedApp app) : IClassFixture<KeyRingTests.CertifiedApp>
{
    [Fact]
    public async Task The_ring_lies_in_the_database_and_cannot_be_read_there()
    {
        var keys = await app.InDb(db => db.Set<ProtectionKey>().ToListAsync(TestContext.Current.CancellationToken));
        Assert.NotEmpty(keys);
        Assert.All(keys, k => Assert.Contains("<EncryptedData", k.Xml, StringComparison.Ordinal));
        Assert.All(keys, k => Assert.DoesNotContain("<masterKey", k.Xml, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "keys")));
    }

    [Fact]
    public void Another_node_on_the_same_database_reads_what_this_one_has_signed()
    {
        using var node = app.Node("keys");
        Assert.Equal("token", Protector(node).Unprotect(Protector(app).Protect("token")));
    }

    [Fact]
    public void A_node_with_another_certificate_reads_nothing()
    {
        using var node = app.Node("stranger");
        var signed = Protector(app).Protect("token");
        Assert.ThrowsAny<CryptographicException>(() => Protector(node).Unprotect(signed));
    }

    [Fact]
    public void SQL_Server_without_a_certificate_and_a_file_that_is_none_are_refused_by_name()
    {
        Assert.Contains("Keys:Certificate", Refused(("Database:Provider", "SqlServer"), ("ConnectionStrings:Learning", "Server=.")),
            StringComparison.Ordinal);
        var noFile = Path.Combine(app.Folder, "none.pfx");
        Assert.Contains(noFile, Refused(("Keys:Certificate", noFile)), StringComparison.Ordinal);
    }

    private static IDataProtector Protector(WebApplicationFactory<Program> node) =>
        node.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static string Refused(params (string Name, string Value)[] settings) => Assert.Throws<SettingException>(() => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)))
            .Build(), isDevelopment: false)).Message;

    /// <summary>A host whose keys are encrypted, and other nodes on its database.</summary>
    public sealed class CertifiedApp : LearningApp
    {
        public WebApplicationFactory<Program> Node(string certificate) =>
            WithWebHostBuilder(b => KeyFile.Use(b, certificate));
    }
}

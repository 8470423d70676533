using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>
/// Keeps the keys of tokens and links in the database, so that what one node has signed is good on every other, and after a restore.
/// </summary>
internal sealed class KeyRing(IServiceScopeFactory scopes, TimeProvider clock) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        var keys = scope.ServiceProvider.GetRequiredService<LearningDb>().Set<ProtectionKey>();
        return [.. keys.OrderBy(k => k.StoredAt).ThenBy(k => k.Id).Select(k => k.Xml).ToList().Select(xml => XElement.Parse(xml))];
    }

    // The framework asks for this synchronously, once in ninety days.
    public void StoreElement(XElement element, string friendlyName) => Store(element, friendlyName).GetAwaiter().GetResult();

    private async Task Store(XElement element, string friendlyName)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LearningDb>();
        var now = clock.UtcNow();
        db.Add(new ProtectionKey { Id = NewId.At(now), FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting),
            StoredAt = now });
        await db.SaveChangesAsync();
    }
}

/// <summary>Encrypts keys that were stored before there was a certificate.</summary>
internal static class KeyRingEncryption
{
    private static readonly XNamespace Format = "http://schemas.asp.net/2015/03/dataProtection";

    /// <summary>
    /// Encrypts the secrets of each stored key that lie in clear, and takes them out of every page of the database file and its log. The
    /// keys stay the same: nobody is signed out.
    /// </summary>
    public static async Task EncryptClearKeys(
        LearningDb db, X509Certificate2 certificate, ILoggerFactory logs, ILogger log, CancellationToken ct)
    {
        var encryptor = new CertificateXmlEncryptor(certificate, logs);
        var encrypted = 0;
        foreach (var key in await db.Set<ProtectionKey>().ToListAsync(ct))
        {
            var document = new XDocument(XElement.Parse(key.Xml));
            var clear = document.Descendants().Where(e => (bool?)e.Attribute(Format + "requiresEncryption") == true).ToList();
            if (clear.Count == 0) continue;
            foreach (var element in clear)
            {
                var secret = encryptor.Encrypt(new XElement(element));
                element.ReplaceWith(new XElement(Format + "encryptedSecret",
                    new XAttribute("decryptorType", secret.DecryptorType.AssemblyQualifiedName!), secret.EncryptedElement));
            }

            key.Xml = document.Root!.ToString(SaveOptions.DisableFormatting);
            encrypted++;
        }

        if (encrypted == 0) return;
        await db.SaveChangesAsync(ct);
        var isErased = await db.EraseOverwrittenAsync(ct);
        log.LogWarning(
            "Keys of tokens and links lay in clear in the database ({Count}); they are encrypted now, and nobody has to sign in again. "
            + "Older copies of the database still hold them: delete those, or delete the rows of ProtectionKeys, and everybody signs in again",
            encrypted);
        if (!isErased)
            log.LogWarning(
                "The database could not be rewritten, so pages of the file or its log may hold those keys: make room, stop other processes, "
                + "and run VACUUM and PRAGMA wal_checkpoint(TRUNCATE) with sqlite3");
    }
}

internal static class KeyRingSetup
{
    public static IServiceCollection AddKeyRing(this IServiceCollection services, KeySettings settings)
    {
        var protection = services.AddDataProtection().SetApplicationName("MiiWrap.Learning");
        if (settings.Certificate is { } certificate) protection.ProtectKeysWithCertificate(certificate);
        protection.UnprotectKeysWithAnyCertificate([.. new[] { settings.Certificate, settings.OldCertificate }.OfType<X509Certificate2>()]);
        // The ring is read at its first use. The framework would read it at every start, also where the host starts only to describe
        // itself.
        foreach (var eager in services.Where(s => s.ServiceType == typeof(IHostedService)
            && s.ImplementationType?.Assembly == typeof(IKeyManager).Assembly).ToList())
            services.Remove(eager);
        services.AddSingleton<KeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((o, ring) => o.XmlRepository = ring);
        return services;
    }

    /// <summary>Makes the first key while no other node can: two nodes that start on an empty database would each make one.</summary>
    public static void MakeFirstKey(this IServiceProvider services) =>
        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("first-key").Protect([1]);
}

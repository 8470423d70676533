using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Certificates for the key ring, in a folder of the run that holds nothing else; each is made when it is asked for.</summary>
internal static class KeyFile
{
    public const string Password = "secret";

    private static readonly Lazy<string> Folder = new(MakeFolder);
    private static readonly ConcurrentDictionary<string, Lazy<string>> Files = new(StringComparer.Ordinal);

    public static void Use(IWebHostBuilder builder, string name = "keys")
    {
        builder.UseSetting("Keys:Certificate", Named(name));
        builder.UseSetting("Keys:CertificatePassword", Password);
    }

    public static string Named(string name = "keys", int bits = 2048) =>
        Files.GetOrAdd(name, n => new(() => Make(n, bits))).Value;

    private static string Make(string name, int bits)
    {
        var file = Path.Combine(Folder.Value, $"{name}.pfx");
        using var rsa = RSA.Create(bits);
        using var certificate = new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(FlowingClock.Monday.AddYears(-10), FlowingClock.Monday.AddYears(10));
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, Password));
        return file;
    }

    private static string MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("learning-keys-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}

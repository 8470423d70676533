using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Certificates for the key ring, made when they are first asked for.</summary>
internal static class KeyFile
{
    private const string Password = "secret";

    public static void Use(IWebHostBuilder builder, string folder)
    {
        builder.UseSetting("Keys:Certificate", In(folder, "keys"));
        builder.UseSetting("Keys:CertificatePassword", Password);
    }

    public static string In(string folder, string name)
    {
        var file = Path.Combine(folder, $"{name}.pfx");
        if (File.Exists(file)) return file;
        using var rsa = RSA.Create(2048);
        using var certificate = new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(FlowingClock.Monday.AddYears(-10), FlowingClock.Monday.AddYears(10));
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, Password));
        return file;
    }
}

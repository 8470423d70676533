using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MiiWrap.Learning.Api.Configuration;

/// <summary>The certificates that encrypt the key ring at rest: the present one, and the one before it for what it has encrypted.</summary>
public sealed record KeySettings(X509Certificate2? Certificate, X509Certificate2? OldCertificate)
{
    internal static KeySettings Read(Settings.Reader read, bool mustEncrypt)
    {
        var certificate = Load(read, "Keys:Certificate", "Keys:CertificatePassword");
        if (certificate is null && mustEncrypt)
            throw new SettingException(
                "Keys:Certificate must name a PKCS #12 file when Database:Provider is SqlServer: it encrypts the keys that the nodes share in the database.");
        return new(certificate, Load(read, "Keys:OldCertificate", "Keys:OldCertificatePassword"));
    }

    private static X509Certificate2? Load(Settings.Reader read, string setting, string passwordSetting)
    {
        var file = read.Text(setting, "");
        if (file.Length == 0) return null;
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, read.Text(passwordSetting, ""));
            return certificate.GetRSAPrivateKey() is not null
                ? certificate
                : throw new SettingException($"{setting} names '{file}', which holds no RSA private key.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{setting} names '{file}', which cannot be read as PKCS #12 with {passwordSetting}: {e.Message}");
        }
    }
}

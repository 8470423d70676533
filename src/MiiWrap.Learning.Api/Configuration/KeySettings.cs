using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MiiWrap.Learning.Api.Configuration;

/// <summary>The certificates that encrypt the key ring at rest: the present one, and the one before it for what it has encrypted.</summary>
/// <param name="CertificateFile">Where the present one lies; null where there is none.</param>
public sealed record KeySettings(X509Certificate2? Certificate, X509Certificate2? OldCertificate, string? CertificateFile)
{
    // NIST SP 800-131A; the one before may be weaker, or nobody could leave a weak one behind.
    private const int FewestBits = 2048;

    /// <param name="isUsed">False for what neither opens nor makes a token or a link.</param>
    internal static KeySettings Read(Settings.Reader read, bool isUsed, bool mustEncrypt)
    {
        if (!isUsed) return new(null, null, null);
        var certificate = Load(read, "Keys:Certificate", "Keys:CertificatePassword");
        if (certificate is null && mustEncrypt)
            throw new SettingException(
                "Keys:Certificate must name a PKCS #12 file outside Development: it encrypts the keys of tokens and links, without which whoever copies the database is anybody in it (deploy/make-key-certificate.sh makes one).");
        if (certificate?.GetRSAPublicKey()?.KeySize is < FewestBits and var bits)
            throw new SettingException(
                $"Keys:Certificate names '{FileOf(read, "Keys:Certificate")}', whose RSA key has {bits} bits; {FewestBits} are the fewest that keep what it encrypts.");
        return new(certificate, Load(read, "Keys:OldCertificate", "Keys:OldCertificatePassword"),
            certificate is null ? null : FileOf(read, "Keys:Certificate"));
    }

    private static string FileOf(Settings.Reader read, string setting) => BaseFolder.Resolve(read.Text(setting, ""));

    private static X509Certificate2? Load(Settings.Reader read, string setting, string passwordSetting)
    {
        var password = read.Text(passwordSetting, "");
        if (read.Text(setting, "").Length == 0) return null;
        var file = FileOf(read, setting);
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, password);
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

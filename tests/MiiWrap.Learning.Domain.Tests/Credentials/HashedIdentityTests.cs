using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Domain.Tests.Credentials;

public sealed class HashedIdentityTests
{
    // The example of the Open Badges 3.0 implementation guide.
    [Fact]
    public void An_address_is_hashed_with_its_salt_after_it() => Assert.Equal(
        "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399", HashedIdentity.Of("a@example.com", "Kosher"));
}

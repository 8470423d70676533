using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>A thousand readers who do not read: nobody else waits for them, and they are not kept for ever.</summary>
[Collection(nameof(ReadTimeoutApp))]
[StandingClock(YearsLater = true)]
public sealed class SlowReaderTests(ReadTimeoutApp app)
{
    private const int OfAPage = 500;
    private const int OfTheDocument = 500;
    private const int Others = 8;
    private const int RequestsEach = 25;

    [Fact]
    public async Task A_thousand_who_do_not_read_keep_nobody_waiting_and_are_cut_off()
    {
        var learner = await app.Learner();
        var page = learner.Unit("1.1-why-good-training-fades");
        (await learner.Http.Read(page)).Ok();
        var signedIn = (await Session.Anonymous(app).Post("/v1/identity/login", new { email = learner.Email, password = Given.Password }))
            .Ok();
        var token = $"Authorization: Bearer {signedIn["accessToken"]}\r\n";

        // A page lies in the buffers, and costs no more than its connection; the document, which anybody may ask for, is longer than they
        // are.
        var ofAPage = await SlowReader.Ask(OfAPage, app.Address, page, token + ReadTimeoutApp.Mark);
        var document = await Document();
        var ofTheDocument = await SlowReader.Ask(OfTheDocument, app.Address, "/openapi/v1.json", ReadTimeoutApp.Mark);
        await Polling.Until(() => Task.FromResult(app.Begun == OfAPage + OfTheDocument && app.Ended >= OfAPage));

        var answers = await Task.WhenAll(Enumerable.Range(0, Others).Select(async _ =>
        {
            var got = new List<Answer>();
            for (var i = 0; i < RequestsEach; i++) got
                .Add(i % 5 == 0 ? await learner.Http.Post($"{page}/start") : await learner.Http.Read(page));
            return got;
        }));
        Assert.All(answers.SelectMany(a => a), a => a.Ok());

        await Polling.Until(() => Task.FromResult(app.Ended == OfAPage + OfTheDocument));
        Assert.All(
            await Task.WhenAll(ofTheDocument.Select(r => r.ReadOn(document.Length))), read => Assert.InRange(read, 1, document.Length - 1));
        Assert.Equal(document, await Document());
        foreach (var reader in ofAPage.Concat(ofTheDocument)) reader.Dispose();
    }

    /// <summary>
    /// The document, read to its end; on a busy machine even who does read may be taken for one who does not, and asks again.
    /// </summary>
    private async Task<string> Document()
    {
        var read = "";
        await Polling.Until(async () =>
        {
            try
            {
                read = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Body;
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return read;
    }
}

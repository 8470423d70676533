using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Curricula;

/// <summary>A curriculum is published as versions that never change; the second course of these tests owes nothing to the first.</summary>
[StandingClock]
public sealed class PublishVersionTests(LearningApp app)
{
    private readonly string slug = SecondCourse.NewSlug();

    private string Versions => $"/v1/curricula/{slug}/versions";

    [Fact]
    public async Task A_learner_of_another_course_completes_a_unit_and_gets_its_nudges()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        await Publish(admin, content);
        var learner = await app.Learner(await app.Cohort(curriculum: slug));
        Assert.Equal(2, (int)(await learner.Http.Read(learner.Journey)).Ok()["progress"]!["unitsTotal"]!);
        var completed = (await learner.Http.Post($"{learner.Unit("open-questions")}/complete", Given.IfThen())).Ok();
        Assert.Equal(["cue", "check"], completed["nudges"]!.AsArray().Select(n => (string)n!["kind"]!));

        FlowingClock.Advance(TimeSpan.FromDays(2));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Contains("Your plan: If I open my notes, then I will ask before I tell.", Assert.Single(app.MailsTo(learner.Email)).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minutes: 20", "minutes: [unclosed", 3, "this YAML cannot be read")]
    [InlineData("minutes: 20", "minutes: \"\\UFFFFFFFF\"", 3, "this YAML cannot be read")]
    [InlineData("Count to ten.", "REPEAT>", 18, "nests quotes, lists or emphasis too deeply")]
    [InlineData("Count to ten.", "REPEAT[", 16, "nests quotes, lists or emphasis too deeply")]
    [InlineData("Count to ten.", "REPEAT[a](", 18, "the line has more than 10,000 characters")]
    [InlineData("Count to ten.", "Count \uFFFE to ten.", 18, "this line holds U+FFFE")]
    public async Task What_the_libraries_of_YAML_and_Markdown_choke_on_is_a_fault_with_file_and_line(
        string text, string with, int line, string message)
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        const string repeat = "REPEAT";
        if (with.StartsWith(repeat, StringComparison.Ordinal))
            with = string.Concat(Enumerable.Repeat(with[repeat.Length..], with switch
            {
                "REPEAT[" => 900,
                "REPEAT>" => 5000,
                _ => 60_000,
            }));
        content.Replace($"{slug}/units/waiting.md", text, with);

        var answer = (await Publish(admin, content)).Expect(HttpStatusCode.UnprocessableEntity);

        var fault = Assert.Single(answer["faults"]!.AsArray())!;
        Assert.Equal(($"{slug}/units/waiting.md", line), ((string)fault["file"]!, (int)fault["line"]!));
        Assert.Contains(message, (string)fault["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("٣"), InlineData("١-٣"), InlineData("４-６"), InlineData("1-３"), InlineData("१"), InlineData("𝟙")]
    public async Task Digits_of_another_script_are_no_weeks(string weeks)
    {
        using var content = SecondCourse.Of(slug);
        content.Replace($"{slug}/curriculum.yml", "weeks: 1-2", $"weeks: {weeks}");

        var answer = (await Publish(await app.Admin(), content)).Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");

        var fault = Assert.Single(answer["faults"]!.AsArray())!;
        Assert.Equal(($"{slug}/curriculum.yml", 7), ((string)fault["file"]!, (int)fault["line"]!));
        Assert.StartsWith("'weeks' must be a week", (string)fault["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("step: 1", "step: ١"), InlineData("day: 1", "day: １")]
    public async Task Digits_of_another_script_are_no_number_of_a_plan(string sound, string odd)
    {
        using var content = SecondCourse.Of(slug);
        content.Replace("nudge-plans/standard.yml", sound, odd);

        var answer = (await Publish(await app.Admin(), content)).Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");

        Assert.Contains(answer["faults"]!.AsArray(), f => (string)f!["file"]! == "nudge-plans/standard.yml");
    }

    [Fact]
    public async Task A_picture_of_a_kind_that_can_carry_script_is_a_fault_however_broken_it_is()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        content.Write($"{slug}/images/ladder.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>\uFFFE\u0001</svg")
            .Write($"{slug}/images/ladder.png", "<svg>\uFFFE");

        var answer = (await Publish(admin, content)).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(
            [$"{slug}/images/ladder.png", $"{slug}/images/ladder.svg"],
            answer["faults"]!.AsArray().Select(f => (string)f!["file"]!));
    }

    [Fact]
    public async Task Unchanged_content_makes_no_version_and_an_export_is_unchanged_content()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var first = (await Publish(admin, content)).Expect(HttpStatusCode.Created);
        Assert.Equal(1, (int)first["version"]!);
        Assert.Equal($"/v1/curricula/{slug}?version=1", first.Headers["Location"]);

        var again = (await Publish(admin, content.Write("README.md", "For authors.").Write($"{slug}/CHANGES.md", "For cohorts."))).Ok();
        Assert.Equal((1, false), ((int)again["version"]!, (bool)again["isNew"]!));

        var zip = await Export(admin, 1);
        var returned = (await admin.Http.Post(Versions, SecondCourse.Bundle(zip))).Ok();
        Assert.Equal((string)first["contentHash"]!, (string)returned["contentHash"]!);
        Assert.False((bool)returned["isNew"]!);
        using var archive = new ZipArchive(new MemoryStream(zip));
        Assert.Equal(
            [
                "nudge-plans/standard.yml", "rubrics/plain.yml", $"{slug}/curriculum.yml", $"{slug}/images/ladder.png",
                $"{slug}/materials/porch-talk-key.md", $"{slug}/materials/porch-talk.md", $"{slug}/materials/tally.md",
                $"{slug}/units/open-questions.md", $"{slug}/units/waiting.md",
            ],
            archive.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_course_itself_exports_to_what_it_was_imported_from()
    {
        var admin = await app.Admin();
        var overview = (await admin.Http.Read($"/v1/curricula/{Given.Course}")).Ok();
        using var response = await admin.Http.GetAsync(
            $"/v1/curricula/{Given.Course}/versions/{(int)overview["version"]!}/export", TestContext.Current.CancellationToken);
        await using var zip = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var parsed = Assert.Single(CurriculumParser.Read(ContentFiles.FromZip(zip)).Sound().Curricula);
        Assert.Equal((string)overview["contentHash"]!, parsed.Curriculum.ContentHash);
        Assert.Equal(34, parsed.Curriculum.UnitCount);
    }

    [Fact]
    public async Task A_cohort_stays_on_its_version_and_a_new_one_takes_the_newest()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        await Publish(admin, content);
        var early = await app.Learner(await app.Cohort(curriculum: slug));
        (await Publish(admin, content.Replace($"{slug}/units/waiting.md", "Count to ten.", "Count to twelve.")))
            .Expect(HttpStatusCode.Created);
        var late = await app.Learner(await app.Cohort(curriculum: slug));
        Assert.Contains(
            "Count to ten.", (string)(await early.Http.Read(early.Unit("waiting"))).Ok()["markdown"]!, StringComparison.Ordinal);
        Assert.Contains(
            "Count to twelve.", (string)(await late.Http.Read(late.Unit("waiting"))).Ok()["markdown"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_diff_names_what_was_added_removed_moved_reworded_and_retimed()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        await Publish(admin, content);
        content.Replace($"{slug}/curriculum.yml", "      - open-questions\n      - waiting",
            "      - waiting\n      - open-questions\n      - listening");
        content.Write($"{slug}/units/listening.md", SecondCourse.Unit("Listening", "standard", "Listen."));
        content.Replace($"{slug}/units/waiting.md", "minutes: 20", "minutes: 25")
            .Replace($"{slug}/units/waiting.md", "Count to ten", "Count to twelve")
            .Replace($"{slug}/units/waiting.md", "check: Did you", "check: Did you once");
        await Publish(admin, content);
        content.Replace($"{slug}/curriculum.yml", "      - waiting\n", "")
            .Replace($"{slug}/units/open-questions.md", "[the next unit](waiting.md#the-pause)", "the next unit");
        content.Replace("nudge-plans/standard.yml", "day: 5", "day: 6").Replace($"{slug}/curriculum.yml", "weeks: 1-2", "weeks: 1-3");
        File.Delete(content.PathOf($"{slug}/units/waiting.md"));
        await Publish(admin, content);

        var forward = (await admin.Http.Read($"{Versions}/1/diff/2")).Ok();
        Assert.Equal(["listening"], Units(forward, "added"));
        Assert.Empty(Units(forward, "removed"));
        Assert.Equal(["waiting"], Units(forward, "reworded"));
        Assert.Equal(["body", "check"], forward["reworded"]![0]!["parts"]!.AsArray().Select(p => (string)p!));
        Assert.Equal(["waiting"], Units(forward, "retimed"));
        Assert.Equal("minutes 20 25", string.Join(' ', forward["retimed"]![0]!["changes"]![0]!.AsObject().Select(p => (string)p.Value!)));
        Assert.Single(Units(forward, "moved"));

        var shrunk = (await admin.Http.Read($"{Versions}/2/diff/3")).Ok();
        Assert.Equal(["waiting"], Units(shrunk, "removed"));
        Assert.Equal(["open-questions", "listening"], Units(shrunk, "retimed"));
        Assert.Equal(["weeks", "days"], shrunk["retimed"]![0]!["changes"]!.AsArray().Select(c => (string)c!["what"]!));
        Assert.Empty(Units(shrunk, "moved"));

        var none = (await admin.Http.Read($"{Versions}/3/diff/3")).Ok();
        Assert.All(new[] { "added", "removed", "moved", "reworded", "retimed" }, kind => Assert.Empty(Units(none, kind)));
        (await admin.Http.Read($"{Versions}/3/diff/4")).Expect(HttpStatusCode.NotFound, "curriculum.notFound");
        (await admin.Http.Read($"{Versions}/1/diff/2", ("If-None-Match", forward.ETag!))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_unit_mirrors_one_of_another_course_that_is_published()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var plain = (await Publish(admin, content)).Expect(HttpStatusCode.Created);
        var unit = $"{slug}/units/waiting.md";
        content.Replace(unit, "minutes: 20", $"""
            minutes: 20
            mirrors:
              - {Given.Course}/9.9-binder
              - no-course/1.3-guide-dont-fix
            """);
        var refused = (await Publish(admin, content)).Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        Assert.Equal(
            [
                $"{unit}:{content.LineOf(unit, "9.9-")}: there is no unit '9.9-binder' in {Given.Course} to mirror",
                $"{unit}:{content.LineOf(unit, "no-course")}: there is no curriculum 'no-course' to mirror; "
                    + "expected is one beside this one, or one that is published",
            ],
            refused["faults"]!.AsArray().Select(f => $"{f!["file"]}:{f["line"]}: {f["message"]}"));

        content.Replace(unit, "9.9-binder", "1.3-guide-dont-fix").Replace(unit, "  - no-course/1.3-guide-dont-fix\n", "");
        var published = (await Publish(admin, content)).Expect(HttpStatusCode.Created);
        Assert.NotEqual((string)plain["contentHash"]!, (string)published["contentHash"]!);
        var reworded = Assert.Single((await admin.Http.Read($"{Versions}/1/diff/2")).Ok()["reworded"]!.AsArray())!;
        Assert.Equal(["waiting", "mirrors"], [(string)reworded["unit"]!, .. reworded["parts"]!.AsArray().Select(p => (string)p!)]);

        var zip = await Export(admin, 2);
        Assert.False((bool)(await admin.Http.Post(Versions, SecondCourse.Bundle(zip))).Ok()["isNew"]!);
        var exported = CurriculumParser.Read(ContentFiles.FromZip(new MemoryStream(zip))).Sound().Curricula.Single().Curriculum;
        Assert.Equal(new(Given.Course, "1.3-guide-dont-fix"), Assert.Single(exported.Unit("waiting")!.Mirrors));
        var learner = await app.Learner(await app.Cohort(curriculum: slug));
        (await learner.Http.Read(learner.Unit("waiting"))).Ok();
    }

    [Fact]
    public async Task The_diff_names_materials_that_came_went_and_have_other_words()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        await Publish(admin, content);
        var (unit, materials) = ($"{slug}/units/open-questions.md", $"{slug}/materials");
        content.Replace($"{materials}/porch-talk.md", "The quiet.", "The quiet after.")
            .Replace(unit, "(../materials/porch-talk-key.md)", "(../materials/answers.md)");
        content.Write($"{materials}/answers.md", SecondCourse.Material("Answers", "key\nof: porch-talk", "One question."));
        File.Delete(content.PathOf($"{materials}/porch-talk-key.md"));
        (await Publish(admin, content)).Expect(HttpStatusCode.Created);

        var diff = (await admin.Http.Read($"{Versions}/1/diff/2")).Ok();
        Assert.Equal(
            ["answers Answers added", "porch-talk A talk on a porch reworded", "porch-talk-key Key to the talk removed"],
            diff["materials"]!.AsArray().Select(m => string.Join(' ', m!.AsObject().Select(p => (string)p.Value!))));
        Assert.Equal(["body"], Assert.Single(diff["reworded"]!.AsArray())!["parts"]!.AsArray().Select(p => (string)p!));
        Assert.Empty((await admin.Http.Read($"{Versions}/2/diff/2")).Ok()["materials"]!.AsArray());
    }

    [Fact]
    public async Task A_material_is_a_page_to_print_and_JSON_for_programs()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        await Publish(admin, content);
        var reader = (await app.Person()).Http;
        var form = $"{Versions}/1/materials/tally";

        var page = (await reader.Read(form, ("Accept", "text/html"))).Ok();
        Assert.Equal("text/html; charset=utf-8", page.Headers["Content-Type"]);
        Assert.StartsWith("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(("nosniff", "Accept"), (page.Headers["X-Content-Type-Options"], page.Headers["Vary"]));
        Assert.Contains("<h1>Tally</h1>", page.Body, StringComparison.Ordinal);
        Assert.Contains("<article class=\"form\">\n<h2 id=\"today\">Today</h2>", page.Body, StringComparison.Ordinal);
        Assert.Contains("<td></td>", page.Body, StringComparison.Ordinal);
        Assert.Contains(".form td:empty { height: 12mm; }", page.Body, StringComparison.Ordinal);
        Assert.Contains("Small steps. Version 1.", page.Body, StringComparison.Ordinal);

        var json = (await reader.Read(form)).Ok();
        Assert.Equal(("tally", "Tally", "form"), ((string)json["slug"]!, (string)json["title"]!, (string)json["kind"]!));
        Assert.Null(json["of"]);
        Assert.StartsWith("## Today", (string)json["markdown"]!, StringComparison.Ordinal);
        Assert.NotEqual(page.ETag, json.ETag);
        (await reader.Read(form, ("If-None-Match", json.ETag!))).Expect(HttpStatusCode.NotModified);

        var key = (await reader.Read($"{Versions}/1/materials/porch-talk-key", ("Accept", "text/html"))).Ok();
        Assert.Contains($"Key to <a href=\"{Versions}/1/materials/porch-talk\">A talk on a porch</a>", key.Body, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{Versions}/1/materials/porch-talk\">the talk</a>", key.Body, StringComparison.Ordinal);

        (await reader.Read($"{Versions}/1/materials/nothing")).Expect(HttpStatusCode.NotFound, "material.notFound");
        (await reader.Read($"{Versions}/2/materials/tally")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Links_of_a_unit_lead_to_the_materials_of_its_version()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var text = $"{slug}/units/open-questions.md";
        content.Replace(text, "[its key](../materials/porch-talk-key.md)", "[its key][key], not `[x](../materials/tally.md)`,")
            .Replace(text, "[^1]: Its source.", "[key]: ../materials/porch-talk-key.md\n\n[^1]: Its source.");
        await Publish(admin, content);
        var learner = await app.Learner(await app.Cohort(curriculum: slug));
        var unit = (await learner.Http.Read(learner.Unit("open-questions"))).Ok();
        var materials = $"{Versions}/1/materials";
        var html = (string)unit["html"]!;
        Assert.Contains($"<a href=\"{materials}/porch-talk\">a talk on a porch</a>", html, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{materials}/porch-talk-key\">its key</a>", html, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{materials}/tally#today\">the sheet</a>", html, StringComparison.Ordinal);
        var markdown = (string)unit["markdown"]!;
        Assert.Contains($"[a talk on a porch]({materials}/porch-talk)", markdown, StringComparison.Ordinal);
        Assert.Contains($"[the sheet]({materials}/tally#today)", markdown, StringComparison.Ordinal);
        Assert.Contains($"[key]: {materials}/porch-talk-key", markdown, StringComparison.Ordinal);
        Assert.Contains($"![A ladder of four rungs]({Versions}/1/images/ladder.png)", markdown, StringComparison.Ordinal);
        Assert.Contains("`[x](../materials/tally.md)`", markdown, StringComparison.Ordinal);
        Assert.Contains("[the next unit](waiting.md#the-pause)", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_come_back_by_file_and_line_and_nothing_is_half_published()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        content.Replace($"{slug}/units/waiting.md", "minutes: 20", "minutes: 2000")
            .Replace($"{slug}/units/open-questions.md", "(#the-ladder)", "(#the-stairs)");
        var refused = (await Publish(admin, content)).Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        Assert.Equal(
            [$"{slug}/units/open-questions.md:{content.LineOf($"{slug}/units/open-questions.md", "#the-stairs")}",
                $"{slug}/units/waiting.md:3"],
            refused["faults"]!.AsArray().Select(f => $"{f!["file"]}:{f["line"]}"));
        Assert.StartsWith("'minutes' must be", (string)refused["faults"]![1]!["message"]!, StringComparison.Ordinal);
        Assert.NotNull(refused["errors"]!["bundle"]);
        (await admin.Http.Read($"/v1/curricula/{slug}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_bundle_holds_the_one_curriculum_that_it_is_published_to()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var other = SecondCourse.NewSlug();
        var refused = (await admin.Http.Post($"/v1/curricula/{other}/versions", SecondCourse.Bundle(content)))
            .Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        Assert.Contains($"this bundle is published to '{other}'", (string)refused["faults"]![0]!["message"]!, StringComparison.Ordinal);
        (await admin.Http.Post("/v1/curricula/No%20Slug/versions", SecondCourse.Bundle(content)))
            .Expect(HttpStatusCode.NotFound, "curriculum.notFound");
    }

    public static TheoryData<string> HostileNames =>
        ["../outside.yml", "/etc/passwd", "rubrics/../../x.yml", "C:/x.yml", "rubrics\\x.yml", "notes.exe"];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task A_path_that_leaves_the_bundle_is_refused(string name)
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var zip = Zipped(content, archive => Entry(archive, name, [1, 2, 3]));
        var refused = (await admin.Http.Post(Versions, SecondCourse.Bundle(zip)))
            .Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        Assert.Equal(name, (string)Assert.Single(refused["faults"]!.AsArray())!["file"]!);
    }

    [Fact]
    public async Task A_bomb_a_link_and_what_is_no_archive_are_refused()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var bomb = Zipped(content, archive => Entry(archive, $"{slug}/images/bomb.png", new byte[100 * 1024 * 1024]));
        Assert.True(bomb.Length < 1024 * 1024);
        Assert.Contains("at most 2,097,152 are taken", await FaultOf(admin, bomb), StringComparison.Ordinal);
        var many = Zipped(content, archive =>
        {
            for (var i = 0; i <= ContentFiles.MostFiles; i++) Entry(archive, $"rubrics/r{i}.yml", []);
        });
        Assert.Contains("at most 2,000 are taken", await FaultOf(admin, many), StringComparison.Ordinal);
        var link =
            Zipped(content, archive => Entry(
                archive, "rubrics/link.yml", "/etc/passwd"u8.ToArray()).ExternalAttributes = unchecked((int)0xA1FF0000));
        Assert.Contains("a link to another place", await FaultOf(admin, link), StringComparison.Ordinal);
        Assert.Contains("not a readable zip archive", await FaultOf(admin, [1, 2, 3, 4]), StringComparison.Ordinal);
        var cut = content.Zip();
        Assert.Contains("not a readable zip archive", await FaultOf(admin, cut[..(cut.Length / 2)]), StringComparison.Ordinal);
        (await admin.Http.Read($"/v1/curricula/{slug}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_bundle_is_bounded_and_is_a_zip()
    {
        var admin = await app.Admin();
        (await admin.Http.Post(Versions, SecondCourse.Bundle(new byte[(20 * 1024 * 1024) + 1])))
            .Expect(HttpStatusCode.RequestEntityTooLarge, "body.tooLarge");
        (await admin.Http.Post(Versions, new { })).Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
        (await admin.Http.Post(Versions, SecondCourse.Bundle([]))).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_same_key_gives_the_first_answer_again()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        var zip = content.Zip();
        var first = (await admin.Http.Post(Versions, SecondCourse.Bundle(zip), ("Idempotency-Key", "publish-once")))
            .Expect(HttpStatusCode.Created);
        var again = (await admin.Http.Post(Versions, SecondCourse.Bundle(zip), ("Idempotency-Key", "publish-once")))
            .Expect(HttpStatusCode.Created);
        Assert.Equal(first.Body, again.Body);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
    }

    [Fact]
    public async Task Nodes_that_publish_at_once_make_one_version()
    {
        using var content = SecondCourse.Of(slug);
        var parsed = CurriculumParser.Read(ContentFiles.FromFolder(content.Folder)).Sound().Curricula.Single();
        var all = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task
                .Run(() => app
                .InDb(db => Import(db).Publish<PublishedCurriculum>(parsed, TestContext.Current.CancellationToken)))));
        Assert.All(all, p => Assert.Equal(1, p.Version));
        Assert.Single(all, p => p.IsNew);
        Assert.Equal(1, await app.InDb(db => db.Curricula.CountAsync(c => c.Slug == slug)));
    }

    [Fact]
    public async Task A_version_that_older_rules_let_through_stays_readable()
    {
        using var content = SecondCourse.Of(slug);
        var parsed = CurriculumParser.Read(ContentFiles.FromFolder(content.Folder)).Sound().Curricula.Single();
        content.Replace($"{slug}/units/waiting.md", "Count to ten.", "<b>Count</b> to [ten](javascript:x) ![](x.svg).")
            .Replace($"{slug}/units/waiting.md", "minutes: 20", "minutes: 2000");
        var older = parsed with { Files = ContentFiles.FromFolder(content.Folder) };
        await app.InDb(db => Import(db).Publish<PublishedCurriculum>(older, TestContext.Current.CancellationToken));
        var learner = await app.Learner(await app.Cohort(curriculum: slug));
        var html = (string)(await learner.Http.Read(learner.Unit("waiting"))).Ok()["html"]!;
        Assert.Contains("&lt;b&gt;Count&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_is_rendered_with_anchors_tables_footnotes_and_pictures_of_its_bundle()
    {
        var admin = await app.Admin();
        using var content = SecondCourse.Of(slug);
        await Publish(admin, content);
        var learner = await app.Learner(await app.Cohort(curriculum: slug));
        var html = (string)(await learner.Http.Read(learner.Unit("open-questions"))).Ok()["html"]!;
        Assert.Contains("<h2 id=\"the-ladder\">", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#the-ladder\">", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"waiting#the-pause\">", html, StringComparison.Ordinal);
        Assert.Contains(
            "<div class=\"table\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\">\n<table>", html, StringComparison.Ordinal);
        Assert.Contains("class=\"footnotes\"", html, StringComparison.Ordinal);
        var address = $"{Versions}/1/images/ladder.png";
        Assert.Contains($"<img src=\"{address}\" alt=\"A ladder of four rungs\"", html, StringComparison.Ordinal);

        using var response = await learner.Http.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(SecondCourse.Picture, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        (await learner.Http.Read(address, ("If-None-Match", response.Headers.ETag!.Tag))).Expect(HttpStatusCode.NotModified);
        (await learner.Http.Read($"{Versions}/1/images/curriculum.yml")).Expect(HttpStatusCode.NotFound, "image.notFound");
        (await learner.Http.Read($"{Versions}/2/images/ladder.png")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_syllabus_is_a_page_to_hand_out()
    {
        var person = await app.Person();
        var page = (await person.Http.Read($"/v1/curricula/{Given.Course}/syllabus")).Ok();
        Assert.Equal("text/html; charset=utf-8", page.Headers["Content-Type"]);
        Assert.Equal(34, page.Body.Split("<h3>").Length - 1);
        Assert.Equal(8, page.Body.Split("<section class=\"module\"").Length - 1);
        Assert.Contains("weeks 22 to 24", page.Body, StringComparison.Ordinal);
        Assert.Contains("50 minutes, 6 check-ins over 90 days", page.Body, StringComparison.Ordinal);
        Assert.Contains("break-before: page", page.Body, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        (await person.Http.Read($"/v1/curricula/{Given.Course}/syllabus", ("If-None-Match", page.ETag!)))
            .Expect(HttpStatusCode.NotModified);
        (await person.Http.Read($"/v1/curricula/{Given.Course}/syllabus?version=0")).Expect(HttpStatusCode.UnprocessableEntity);
        (await person.Http.Read($"/v1/curricula/{slug}/syllabus")).Expect(HttpStatusCode.NotFound);
    }

    private Task<Answer> Publish(TestPerson admin, ContentCopy content) => admin.Http.Post(Versions, SecondCourse.Bundle(content));

    private async Task<byte[]> Export(TestPerson person, int version)
    {
        using var response = await person.Http.GetAsync($"{Versions}/{version}/export", TestContext.Current.CancellationToken);
        Assert.Equal("application/zip", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> FaultOf(TestPerson admin, byte[] zip)
    {
        var refused = (await admin.Http.Post(Versions, SecondCourse.Bundle(zip)))
            .Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        return (string)refused["faults"]![0]!["message"]!;
    }

    private static byte[] Zipped(ContentCopy content, Action<ZipArchive> add)
    {
        using var stream = new MemoryStream();
        stream.Write(content.Zip());
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true, Encoding.UTF8)) add(archive);
        return stream.ToArray();
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string name, byte[] bytes)
    {
        var entry = archive.CreateEntry(name);
        using var to = entry.Open();
        to.Write(bytes);
        return entry;
    }

    private static IEnumerable<string> Units(Answer diff, string kind) => diff[kind]!.AsArray().Select(u => (string)u!["unit"]!);

    private static ContentImport Import(LearningDb db) =>
        new(db, new(), new(), new(), new FlowingClock(), NullLogger<ContentImport>.Instance);
}

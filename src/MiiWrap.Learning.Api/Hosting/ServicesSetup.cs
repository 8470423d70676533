using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Console;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Demonstration;
using MiiWrap.Learning.Api.Features.Identity;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>The composition root: registers the program's services, one method for each concern.</summary>
internal static class ServicesSetup
{
    private const int LongestPath = 4096;

    private static readonly TimeSpan ReaderGrace = TimeSpan.FromSeconds(5);

    public static Settings AddSettings(this WebApplicationBuilder builder, Verb verb)
    {
        var settings = Settings.Read(builder.Configuration, builder.Environment.IsDevelopment(), verb.UsesKeys);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSandbox(settings).AddSingleton<TimeProvider>((settings.SandboxEnabled, settings.ClockStartAt) switch
        {
            (true, var startAt) => new SandboxClock(startAt ?? MachineClock.Instance.GetUtcNow()),
            (_, { } startAt) => new ShiftedClock(startAt),
            _ => MachineClock.Instance,
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            // What is larger than these Kestrel refuses by itself, without a body: 431 for headers, 414 for the line with path and query.
            kestrel.Limits.MaxRequestHeadersTotalSize = settings.Requests.HeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = settings.Requests.HeaderCount;
            kestrel.Limits.MaxRequestLineSize = settings.Requests.QueryLength + LongestPath;
            // What is still to be sent is kept for the reader; at the usual 240 bytes a second 700 kB would be kept for fifty minutes.
            kestrel.Limits.MinResponseDataRate = new(settings.Requests.ReaderBytesPerSecond, ReaderGrace);
            kestrel.Limits.MaxRequestBufferSize = Math.Max(1024 * 1024, settings.Requests.QueryLength + LongestPath);
        });
        // It tells each of its steps, with the state and scopes of the request.
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        // The blank that ends the time in a line of text is no part of one in JSON.
        builder.Services.PostConfigure<JsonConsoleFormatterOptions>(o => o.TimestampFormat = o.TimestampFormat?.TrimEnd());
        // A start that fails is told in one sentence by CommandLine; these two would tell it again with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None);
        return settings;
    }

    public static IServiceCollection AddDatabase(this IServiceCollection services, Settings settings)
    {
        if (settings.Provider == DatabaseProvider.SqlServer)
        {
            services.AddDbContextPool<SqlServerLearningDb>((sp, o) => SqlServerLearningDb.Use(Common(sp, o), settings.ConnectionString));
            services.AddScoped<LearningDb>(sp => sp.GetRequiredService<SqlServerLearningDb>().LeaseTo(sp));
        }
        else
        {
            services.AddDbContextPool<SqliteLearningDb>((sp, o) => SqliteLearningDb.Use(Common(sp, o), settings.ConnectionString));
            services.AddScoped<LearningDb>(sp => sp.GetRequiredService<SqliteLearningDb>().LeaseTo(sp));
        }

        services.AddSingleton<CohortVersions>().AddSingleton<EventCommittedSignal>();
        services.AddHealthChecks().AddCheck<DatabaseReadiness>("database").AddCheck<SchemaReadiness>("migrations")
            .AddCheck<ContentReadiness>("content");
        return services;
    }

    public static IServiceCollection AddContent(this IServiceCollection services) =>
        services.AddHolder<CurriculumLibrary>().AddHolder<InstrumentLibrary>().AddHolder<IndicatorLibrary>().AddHolder<CredentialLibrary>()
            .AddScoped<ContentImport>().AddScoped<UnitAccess>().AddScoped<ImplementationAccess>()
            .AddScoped<DirectoryAccess>().AddScoped<LearnerActivity>()
            .AddScoped<AgencyAccess>().AddSingleton<UnitQueries>().AddScoped<DemonstrationSeed>();

    public static IServiceCollection AddMail(this IServiceCollection services, Settings settings)
    {
        services.AddScoped<StaffNotices>().AddSingleton(StaffNotices.Missing);
        return settings.Mail.Server is { } server
            ? services.AddSingleton<IMailer>(new SmtpMailer(server, settings.Mail.From))
            : services.AddSingleton<IMailer, PickupMailer>();
    }

    public static IServiceCollection AddSignIn(this IServiceCollection services, Settings settings)
    {
        services.AddKeyRing(settings.Keys);
        services.AddSingleton<ILookupNormalizer, AddressNormalizer>();
        services.AddIdentityCore<Person>(o =>
        {
            o.User.RequireUniqueEmail = true;
            o.Password = new() { RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireNonAlphanumeric = false,
                RequireUppercase = false };
        }).AddEntityFrameworkStores<LearningDb>().AddSignInManager();
        // PBKDF2 with HMAC-SHA512, as OWASP has it at present; a weaker hash is replaced at the next sign-in.
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = 210_000);
        services.AddHttpContextAccessor();
        services.AddScoped<Caller>().AddHolder<CallerCache>().AddHolder<SignInCache>().AddHolder<ApiClientCache>()
            .AddSingleton<ClientTokens>()
            .AddScoped<Sessions>().AddScoped<PasswordSetter>()
            .AddScoped<IssuedAccess>().AddScoped<PrivacyGate>().AddScoped<TextGuard>()
            .AddScoped<SignInThrottle>().AddScoped<CurrentPassword>()
            .AddScoped<SecondFactors>().AddScoped<SecondFactorCodes>()
            .AddSingleton<DeviceTokens>().AddScoped<AccountDevices>().AddSingleton<BearerTokens>().AddSingleton<RateLimits>()
            .AddSingleton<SecurityLog>().AddSingleton<RoleChangeLog>();
        services.AddSingleton<IAuthenticationSchemeProvider, AuthorizationServerSchemes>();
        services.AddAuthentication(OidcAuthentication.DefaultScheme)
            .AddSchemesByToken(settings.Auth)
            .AddBearerToken(IdentityConstants.BearerScheme,
                o =>
                {
                    (o.BearerTokenExpiration, o.RefreshTokenExpiration) = (Sessions.AccessLifetime, Sessions.RefreshLifetime);
                    o.Events.OnMessageReceived = BearerHeader.Read;
                });
        // Of every page of ours with a form.
        services.AddAntiforgery(o =>
        {
            (o.Cookie.Name, o.Cookie.HttpOnly, o.Cookie.SameSite) = ("learning-form", true, SameSiteMode.Strict);
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddOptions<BearerTokenOptions>(IdentityConstants.BearerScheme)
            .PostConfigure<TimeProvider>((o, clock) => o.BearerTokenProtector = new BearerTicketCache(o.BearerTokenProtector, clock));
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    public static IServiceCollection AddProjections(this IServiceCollection services, Settings settings) => services.AddAutoMapper(c =>
    {
        c.LicenseKey = settings.AutoMapperLicenseKey;
        c.AddMaps(typeof(ServicesSetup).Assembly);
    });

    public static IServiceCollection AddHttp(this IServiceCollection services, Settings settings)
    {
        services.AddProxySupport(settings.Requests).AddOrigins(settings.Requests).AddRequestLimits(settings.Requests);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Converters.Add(new CamelCaseEnumConverter());
            o.SerializerOptions.Converters.Add(new TimestampConverter());
            o.SerializerOptions.Converters.Add(new UtcTimestampConverter());
            o.SerializerOptions.Converters.Add(new TextConverter());
        });
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddCors();
        // Of the front end's files alone, in which there is no secret to be guessed by their size.
        services.AddResponseCompression(o => o.EnableForHttps = true);
        services.AddProblemDetails(o => o.CustomizeProblemDetails = Problems.Complete).AddExceptionHandler<Problems>();
        services.AddSingleton<IProblemDetailsWriter, ProblemsForAnyAccept>();
        return services;
    }

    private static DbContextOptionsBuilder Common(IServiceProvider services, DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(w => w.Throw(RelationalEventId.MultipleCollectionIncludeWarning))
            .AddInterceptors(ColumnLengthInterceptor.Instance, services.GetRequiredService<RoleChangeLog>());
}

using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Internal;
using MediatR;

namespace MiiWrap.Learning.Api.Requests;

internal static class RequestsSetup
{
    /// <summary>The mediator, its handlers and its pipeline, in the order in which a request passes through it.</summary>
    public static IServiceCollection AddRequests(this IServiceCollection services, Assembly assembly)
    {
        services.AddScoped<ServiceFactory>(sp => sp.GetRequiredService).AddScoped<IMediator, Mediator>();
        foreach (var type in assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(IsHandler)) services.AddTransient(contract, type);
        }

        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(assembly, includeInternalTypes: true))
            services.AddSingleton(found.InterfaceType, found.ValidatorType);

        // Property names in answers are the paths of the JSON body.
        ValidatorOptions.Global.PropertyNameResolver = (_, _, property) => property is null ? null : PathInBody(property);
        ValidatorOptions.Global.LanguageManager = new PlainMessages();

        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(ConcurrencyRetryBehavior<,>));
        return services;
    }

    private static string? PathInBody(LambdaExpression property)
    {
        var path = PropertyChain.FromExpression(property).ToString();
        return path.Length == 0 ? null : string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
    }

    private static bool IsHandler(Type contract) =>
        contract.IsGenericType && (contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)
            || contract.GetGenericTypeDefinition() == typeof(INotificationHandler<>));
}

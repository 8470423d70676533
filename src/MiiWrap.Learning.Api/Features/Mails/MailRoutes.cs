using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Mails;

internal static class MailRoutes
{
    public static void MapMails(this IEndpointRouteBuilder app)
    {
        var mails = app.MapGroup("/v1/mails").WithTags("Mails").ForFrontEnds(FrontEndScopes.Program);

        mails.MapGet("", async ([AsParameters] ListMails request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListMails>().Listed().Forbidden().Invalid();

        mails.MapPost("/{mailId:guid}/resend", async ([AsParameters] ResendMail request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<ResendMail>().Retryable().NotFound("mail.notFound").Forbidden()
                .Conflict("mail.sent", "mail.needless", "mail.checkIn.ended");
    }
}

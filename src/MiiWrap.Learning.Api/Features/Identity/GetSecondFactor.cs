using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>How the caller's own second factor stands.</summary>
public sealed record GetSecondFactor : IQuery<SecondFactorStatus>;

/// <summary>Whether a sign-in asks for a code.</summary>
public enum SecondFactorState
{
    Off,

    /// <summary>A key was made, and its first code is still to come.</summary>
    Pending,

    On,
}

/// <summary>How a second factor stands.</summary>
/// <param name="State">off; pending: a secret was given out, and its first code is still to come; on: each sign-in asks for a code.</param>
/// <param name="Since">Since when it is on; null while it is not.</param>
/// <param name="RecoveryCodesLeft" example="10">How many recovery codes are still good.</param>
/// <param name="IsRequired">True for a programme admin where those who sign in with a password here need one.</param>
public sealed record SecondFactorStatus(SecondFactorState State, DateTime? Since, int RecoveryCodesLeft, bool IsRequired);

internal sealed class GetSecondFactorHandler(LearningDb db, SecondFactors factors, Caller caller, Settings settings)
    : IRequestHandler<GetSecondFactor, SecondFactorStatus>
{
    public async Task<SecondFactorStatus> Handle(GetSecondFactor request, CancellationToken cancellationToken)
    {
        var (id, isRequired) = (caller.PersonId, settings.RequireSecondFactor && caller.IsProgramAdmin);
        if (!await factors.HasKey(id, cancellationToken)) return new(SecondFactorState.Off, null, 0, isRequired);
        var since = await db.SecondFactors.Where(f => f.PersonId == id).Select(f => f.OnSince).SingleOrDefaultAsync(cancellationToken);
        return new(since is null ? SecondFactorState.Pending : SecondFactorState.On, since,
            await factors.CountRecoveryCodes(id, cancellationToken), isRequired);
    }
}

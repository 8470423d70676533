using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>Who the caller is: profile, contact preferences, roles and enrolments.</summary>
public sealed record GetMe : IQuery<MyProfile>;

/// <summary>The caller's own profile.</summary>
/// <param name="Channels">How check-ins come.</param>
/// <param name="Roles">The caller's roles, each in its cohort or agency.</param>
/// <param name="Enrolments">The caller's own enrolments.</param>
public sealed record MyProfile(
    Guid Id, string Name, string Email, string TimeZone, QuietTimes QuietHours, IReadOnlyList<NudgeChannel> Channels,
    IReadOnlyList<MyRole> Roles,
    IReadOnlyList<MyEnrolment> Enrolments);

/// <summary>One role, in the cohort or agency in which it holds.</summary>
/// <param name="Role">learner, coachee, coach, rater, instructor, lead, supervisor, agencyAdmin or programAdmin.</param>
/// <param name="CohortId">The cohort of the role; null where it is no role in a cohort.</param>
/// <param name="AgencyId">The agency of the role; null where it is no role in an agency.</param>
public sealed record MyRole(string Role, Guid? CohortId, Guid? AgencyId);

/// <summary>One of the caller's enrolments.</summary>
public sealed record MyEnrolment(Guid Id, Guid CohortId, EnrolmentStatus Status);

internal sealed class GetMeHandler(LearningDb db, Caller caller, ILogger<GetMe> log) : IRequestHandler<GetMe, MyProfile>
{
    public async Task<MyProfile> Handle(GetMe request, CancellationToken cancellationToken)
    {
        var me = caller.PersonId;
        var (parts, staff) = (db.AgencyMembers.Where(KnownRoles.IsInAgency), db.CohortMembers.Where(KnownRoles.IsInCohort));
        var found = await db.Users.Where(p => p.Id == me).Select(p => new
        {
            Person = p,
            Agencies = parts.Where(m => m.PersonId == p.Id).OrderBy(m => m.AgencyId).Select(m => new { m.Role, m.AgencyId })
                .ToList(),
            Cohorts = staff.Where(m => m.PersonId == p.Id).OrderBy(m => m.CohortId).Select(m => new { m.Role, m.CohortId }).ToList(),
            RatesFor = db.AgencyRaters.Where(r => r.PersonId == p.Id).OrderBy(r => r.AgencyId).Select(r => r.AgencyId).ToList(),
        }).AsNoTracking().AsSingleQuery().SingleAsync(cancellationToken);
        var person = found.Person;
        var enrolments = await db.Enrolments.OwnedBy(caller).OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id)
            .Select(e => new MyEnrolment(e.Id, e.CohortId, e.Status)).ToListAsync(cancellationToken);
        var coaching = await db.CoachingRelationships.Where(r => r.CoachId == me || r.CoacheeId == me).Active(db)
            .LoadReadablePageAsync(r => r.Id, all => all.OrderBy(r => r.Id),
                some => some.Select(r => new { IsCoach = r.CoachId == me, r.CohortId, r.AgencyId }).ToListAsync(cancellationToken),
                log.LeavesOut("coaching relationship"), cancellationToken);
        var roles = new List<MyRole>();
        if (person.IsProgramAdmin) roles.Add(new("programAdmin", null, null));
        roles.AddRange(found.Cohorts.Select(m => new MyRole(EnumNames.NameOf(m.Role), m.CohortId, null)));
        roles.AddRange(found.Agencies.Select(m => new MyRole(EnumNames.NameOf(m.Role), null, m.AgencyId)));
        roles.AddRange(coaching.Where(c => c.IsCoach).Select(c => new MyRole("coach", c.CohortId, c.AgencyId)).Distinct());
        roles.AddRange(coaching.Where(c => !c.IsCoach).Select(c => new MyRole("coachee", c.CohortId, c.AgencyId)).Distinct());
        roles.AddRange(found.RatesFor.Select(agency => new MyRole("rater", null, agency)));
        roles.AddRange(enrolments.Select(e => new MyRole("learner", e.CohortId, null)));
        return new(
            me, person.Name, person.Email!, person.TimeZone, QuietTimes.Of(person), Preferences.ChannelsOf(person), roles, enrolments);
    }
}

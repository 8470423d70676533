using System.Linq.Expressions;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>Words that were taken out of a reflection: where and why, never what.</summary>
/// <param name="At">When words were taken out.</param>
/// <param name="Prompt">The answer in which they were pointed at; they went from wherever they stood.</param>
/// <param name="Places">In how many places that was, in revisions, draft, reviews and messages together.</param>
/// <param name="Reason">Why, in the words of whoever took them out.</param>
public sealed record RedactionView(DateTime At, string Prompt, int Places, string Reason)
{
    internal static readonly Expression<Func<Redaction, RedactionView>> Of = r => new RedactionView(r.At, r.Prompt, r.Places, r.Reason);
}

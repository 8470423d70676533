using System.Globalization;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>
/// What SQL Server refuses in T-SQL that parses, by the numbers of its errors. It binds names as the server does, as far as these rules
/// need it.
/// </summary>
internal sealed class TsqlLint(IReadOnlyDictionary<string, IReadOnlyDictionary<string, TextCollation?>> tables)
{
    private static readonly HashSet<string> Aggregates = new(StringComparer.OrdinalIgnoreCase)
    {
        "AVG", "CHECKSUM_AGG", "COUNT", "COUNT_BIG", "MAX", "MIN", "STDEV", "STDEVP", "STRING_AGG", "SUM", "VAR", "VARP",
    };

    /// <summary>The parser's own number for an ORDER BY in a derived table, a subquery, a view or a common table expression.</summary>
    private const int OrderByOfAPart = 46047;

    /// <summary>The faults of a script, each as its error's number and what it is about.</summary>
    public IReadOnlyList<string> Faults(string sql)
    {
        var script = new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        if (errors.Count > 0)
            return [.. errors.Select(e => $"{Number(e.Number == OrderByOfAPart ? 1033 : e.Number)}: at line {Number(e.Line)}, {e.Message}")];
        var walk = new Walk(this);
        script.Accept(walk);
        return [.. walk.Faults.Concat(walk.Nested.SelectMany(Faults)).Distinct()];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string TextOf(TSqlFragment fragment)
    {
        var tokens = fragment.ScriptTokenStream.Skip(fragment.FirstTokenIndex).Take(fragment.LastTokenIndex - fragment.FirstTokenIndex + 1);
        return string.Concat(tokens.Where(t => t.TokenType is not (TSqlTokenType.WhiteSpace or TSqlTokenType.SingleLineComment
                or TSqlTokenType.MultilineComment)).Select(t => t.Text + " ")).TrimEnd().ToUpperInvariant();
    }

    private static ScalarExpression Bare(ScalarExpression expression) =>
        expression is ParenthesisExpression { Expression: var inner } ? Bare(inner) : expression;

    private static bool IsAggregate(TSqlFragment fragment) =>
        fragment is FunctionCall { OverClause: null, CallTarget: null } call && Aggregates.Contains(call.FunctionName.Value);

    /// <summary>What a query reads from: its tables by alias, with the collations of their columns; null where unknown.</summary>
    private sealed class Scope(Scope? parent)
    {
        public Scope? Parent => parent;

        public Dictionary<string, IReadOnlyDictionary<string, TextCollation?>?> Tables { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The scope that a column belongs to: the nearest one that knows its table, or its name.</summary>
        public Scope? OwnerOf(ColumnReferenceExpression column)
        {
            if (column.MultiPartIdentifier is not { } name) return this;
            for (var scope = this; scope is not null; scope = scope.Parent)
            {
                if (name.Count == 1 ? scope.Tables.Values.Any(t => t is null || t.ContainsKey(name[0].Value))
                    : scope.Tables.ContainsKey(name[name.Count - 2].Value)) return scope;
            }

            return null;
        }

        public TextCollation? CollationOf(ColumnReferenceExpression column)
        {
            if (column.MultiPartIdentifier is not { } name || OwnerOf(column) is not { } owner) return null;
            var last = name[name.Count - 1].Value;
            var columns = name.Count == 1
                ? owner.Tables.Values.FirstOrDefault(t => t?.ContainsKey(last) == true)
                : owner.Tables[name[name.Count - 2].Value];
            return columns?.GetValueOrDefault(last);
        }
    }

    /// <summary>The column references of an expression, each with the scope that it belongs to.</summary>
    private sealed class References(TsqlLint lint, Scope scope, Func<TSqlFragment, bool> isLeftOut) : TSqlFragmentVisitor
    {
        private Scope current = scope;

        public List<(ColumnReferenceExpression Column, Scope? Owner)> Found { get; } = [];

        public bool HasSubquery { get; private set; }

        public bool HasAggregate { get; private set; }

        public bool HasVariable { get; private set; }

        public bool HasCall { get; private set; }

        public static References In(TSqlFragment? fragment, TsqlLint lint, Scope scope, Func<TSqlFragment, bool>? isLeftOut = null)
        {
            var references = new References(lint, scope, isLeftOut ?? (_ => false));
            fragment?.Accept(references);
            return references;
        }

        public override void ExplicitVisit(ColumnReferenceExpression node)
        {
            if (node.MultiPartIdentifier is not null && !isLeftOut(node)) Found.Add((node, current.OwnerOf(node)));
        }

        public override void ExplicitVisit(FunctionCall node)
        {
            if (isLeftOut(node)) return;
            HasCall = true;
            HasAggregate |= IsAggregate(node);
            // Names such as the day of DATEADD are no columns.
            var isDatePart = node.FunctionName.Value.StartsWith("DATE", StringComparison.OrdinalIgnoreCase);
            foreach (var parameter in node.Parameters.Skip(isDatePart ? 1 : 0)) parameter.Accept(this);
            node.OverClause?.Accept(this);
        }

        public override void ExplicitVisit(VariableReference node) => HasVariable = true;

        public override void ExplicitVisit(ParenthesisExpression node)
        {
            if (!isLeftOut(node)) base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(CastCall node)
        {
            if (!isLeftOut(node)) base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(SearchedCaseExpression node)
        {
            if (!isLeftOut(node)) base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(BinaryExpression node)
        {
            if (!isLeftOut(node)) base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(CoalesceExpression node)
        {
            if (!isLeftOut(node)) base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(QuerySpecification node)
        {
            HasSubquery = true;
            var outer = current;
            current = lint.ScopeOf(node.FromClause?.TableReferences ?? [], outer);
            base.ExplicitVisit(node);
            current = outer;
        }
    }

    private Scope ScopeOf(IEnumerable<TableReference> references, Scope? parent)
    {
        var scope = new Scope(parent);
        foreach (var reference in references) Add(reference, scope);
        return scope;
    }

    private void Add(TableReference reference, Scope scope)
    {
        switch (reference)
        {
            case JoinTableReference join:
                Add(join.FirstTableReference, scope);
                Add(join.SecondTableReference, scope);
                break;
            case JoinParenthesisTableReference { Join: var inner }:
                Add(inner, scope);
                break;
            case NamedTableReference named:
                var table = named.SchemaObject.BaseIdentifier.Value;
                scope.Tables[named.Alias?.Value ?? table] = tables.GetValueOrDefault(table);
                break;
            case QueryDerivedTable derived:
                scope.Tables[derived.Alias.Value] = ColumnsOf(derived.QueryExpression, scope);
                break;
            case TableReferenceWithAlias { Alias: { } alias }:
                scope.Tables[alias.Value] = null;
                break;
        }
    }

    /// <summary>The columns that a query gives, with their collations; null when they cannot be told.</summary>
    private Dictionary<string, TextCollation?>? ColumnsOf(QueryExpression query, Scope? parent)
    {
        if (query is QueryParenthesisExpression { QueryExpression: var inner }) return ColumnsOf(inner, parent);
        if (query is BinaryQueryExpression union) return ColumnsOf(union.FirstQueryExpression, parent);
        if (query is not QuerySpecification select) return null;
        var scope = ScopeOf(select.FromClause?.TableReferences ?? [], parent);
        var columns = new Dictionary<string, TextCollation?>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in select.SelectElements)
        {
            if (element is not SelectScalarExpression scalar) return null;
            var name = scalar.ColumnName?.Value
                ?? (Bare(scalar.Expression) as ColumnReferenceExpression)?.MultiPartIdentifier?.Identifiers[^1].Value;
            if (name is not null) columns[name] = CollationOf(scalar.Expression, scope);
        }

        return columns;
    }

    private List<TextCollation?> CollationsOf(QueryExpression query, Scope? parent) => query switch
    {
        QueryParenthesisExpression { QueryExpression: var inner } => CollationsOf(inner, parent),
        BinaryQueryExpression union => CollationsOf(union.FirstQueryExpression, parent),
        QuerySpecification select => [.. select.SelectElements.OfType<SelectScalarExpression>()
            .Select(e => CollationOf(e.Expression, ScopeOf(select.FromClause?.TableReferences ?? [], parent)))],
        _ => [],
    };

    /// <summary>What an expression is compared by; null when that is left to the other side, or it is no text.</summary>
    private TextCollation? CollationOf(ScalarExpression? expression, Scope scope)
    {
        if (expression is PrimaryExpression { Collation: { } explicitly }) return new(explicitly.Value, IsExplicit: true);
        return expression switch
        {
            ParenthesisExpression { Expression: var inner } => CollationOf(inner, scope),
            ColumnReferenceExpression column => scope.CollationOf(column),
            BinaryExpression binary => Joined(scope, binary.FirstExpression, binary.SecondExpression),
            CoalesceExpression coalesce => Joined(scope, [.. coalesce.Expressions]),
            SearchedCaseExpression searched =>
                Joined(scope, [.. searched.WhenClauses.Select(w => w.ThenExpression), searched.ElseExpression]),
            FunctionCall call when IsTextual(call) => Joined(scope, [.. call.Parameters]),
            CastCall { Parameter: var cast } => CollationOf(cast, scope),
            ScalarSubquery { QueryExpression: var query } => CollationsOf(query, scope).FirstOrDefault(),
            _ => null,
        };
    }

    private static bool IsTextual(FunctionCall call) => call.FunctionName.Value.ToUpperInvariant() is "CONCAT" or "LEFT" or "LOWER"
        or "LTRIM" or "MAX" or "MIN" or "REPLACE" or "RIGHT" or "RTRIM" or "STRING_AGG" or "SUBSTRING" or "TRIM" or "UPPER";

    private TextCollation? Joined(Scope scope, params ScalarExpression?[] parts)
    {
        var all = parts.Select(p => CollationOf(p, scope)).OfType<TextCollation>().ToList();
        if (all.Find(c => c.IsExplicit) is { } explicitly) return explicitly;
        return all.DistinctBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Count() > 1 ? TextCollation.None : all.FirstOrDefault();
    }

    private sealed class Walk(TsqlLint lint) : TSqlFragmentVisitor
    {
        private Scope? current;

        public List<string> Faults { get; } = [];

        /// <summary>Scripts that are texts of this one, such as those of EXEC.</summary>
        public List<string> Nested { get; } = [];

        public override void ExplicitVisit(ExecutableStringList node)
        {
            // A variable among the texts is the name of something, such as a default's constraint.
            Nested.Add(string.Concat(node.Strings.Select(s => s is StringLiteral text ? text.Value : "[name]")));
            base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(UpdateSpecification node) => Within(node, () => base.ExplicitVisit(node));

        public override void ExplicitVisit(DeleteSpecification node) => Within(node, () => base.ExplicitVisit(node));

        public override void ExplicitVisit(BinaryQueryExpression node)
        {
            var (first, second) = (lint.CollationsOf(node.FirstQueryExpression, current),
                lint.CollationsOf(node.SecondQueryExpression, current));
            var isUnionAll = node is { BinaryQueryExpressionType: BinaryQueryExpressionType.Union, All: true };
            for (var i = 0; i < Math.Min(first.Count, second.Count); i++)
            {
                if (Collide(first[i], second[i]))
                    Fault(isUnionAll ? 451 : 468, $"column {Number(i + 1)} of", node);
            }

            base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(QuerySpecification node)
        {
            var outer = current;
            current = lint.ScopeOf(node.FromClause?.TableReferences ?? [], outer);
            Grouping(node, current);
            Ordering(node, current);
            foreach (var element in node.SelectElements.OfType<SelectScalarExpression>())
            {
                if (lint.CollationOf(element.Expression, current) is { IsNone: true }) Fault(451, "the text of", element);
            }

            base.ExplicitVisit(node);
            current = outer;
        }

        public override void ExplicitVisit(FunctionCall node)
        {
            if (IsAggregate(node) && current is not null)
            {
                foreach (var parameter in node.Parameters)
                {
                    var inside = References.In(parameter, lint, current);
                    if (inside.HasSubquery || inside.HasAggregate) Fault(130, "an aggregate or a subquery within", node);
                    var columns = inside.Found.Where(f => f.Owner is not null).ToList();
                    if (!inside.HasSubquery && columns.Exists(f => f.Owner != current)
                        && columns.Select(f => TextOf(f.Column)).Distinct().Count() > 1)
                        Fault(8124, "an outer column beside others in", node);
                }
            }

            base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(BooleanComparisonExpression node)
        {
            Compare(node, node.FirstExpression, node.SecondExpression);
            base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(LikePredicate node)
        {
            Compare(node, node.FirstExpression, node.SecondExpression);
            base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(InPredicate node)
        {
            foreach (var value in node.Values) Compare(node, node.Expression, value);
            if (node.Subquery is { } subquery) Compare(node, node.Expression, subquery);
            base.ExplicitVisit(node);
        }

        private void Within(UpdateDeleteSpecificationBase node, Action visit)
        {
            var outer = current;
            current = lint.ScopeOf(node.FromClause?.TableReferences ?? [node.Target], outer);
            visit();
            current = outer;
        }

        private void Compare(TSqlFragment where, ScalarExpression first, ScalarExpression second)
        {
            if (current is not null && Collide(lint.CollationOf(first, current), lint.CollationOf(second, current)))
                Fault(468, "two collations in", where);
        }

        private static bool Collide(TextCollation? first, TextCollation? second) =>
            first is not null && second is not null && !(first.IsExplicit ^ second.IsExplicit)
            && (first.IsNone || second.IsNone || !first.Name.Equals(second.Name, StringComparison.OrdinalIgnoreCase));

        private void Grouping(QuerySpecification query, Scope scope)
        {
            var groups = query.GroupByClause?.GroupingSpecifications.OfType<ExpressionGroupingSpecification>().Select(g => g.Expression)
                .ToList() ?? [];
            foreach (var group in groups)
            {
                var inside = References.In(group, lint, scope);
                if (inside.HasSubquery || inside.HasAggregate) Fault(144, "an aggregate or a subquery in GROUP BY", group);
                else if (!inside.Found.Exists(f => f.Owner == scope)) Fault(164, "no column of this query in GROUP BY", group);
            }

            var selected = query.SelectElements.OfType<SelectScalarExpression>().Select(e => e.Expression).ToList();
            var isGrouped = query.GroupByClause is not null || query.HavingClause is not null
                || selected.Exists(e => new OwnAggregates().Of(e));
            if (!isGrouped) return;
            var texts = groups.Select(g => TextOf(Bare(g))).ToHashSet(StringComparer.Ordinal);
            bool IsCovered(TSqlFragment f) => IsAggregate(f) || texts.Contains(TextOf(f)) || IsCoveredByColumn(f, groups);
            foreach (var expression in selected)
            {
                foreach (var (column, owner) in References.In(expression, lint, scope, IsCovered).Found)
                {
                    if (owner == scope) Fault(8120, "not grouped:", column);
                }
            }
        }

        /// <summary>[Id] and [e].[Id] are the same column where one table has it.</summary>
        private static bool IsCoveredByColumn(TSqlFragment fragment, List<ScalarExpression> groups) =>
            fragment is ColumnReferenceExpression { MultiPartIdentifier: { } name } && groups.Exists(g =>
                Bare(g) is ColumnReferenceExpression { MultiPartIdentifier: { } grouped } && (name.Count == 1 || grouped.Count == 1)
                && name[name.Count - 1].Value.Equals(grouped[grouped.Count - 1].Value, StringComparison.OrdinalIgnoreCase));

        private void Ordering(QuerySpecification query, Scope scope)
        {
            if (query.OrderByClause is not { } order) return;
            var selected = query.SelectElements.OfType<SelectScalarExpression>().ToList();
            string Meant(ScalarExpression item) => TextOf(Bare(
                item is ColumnReferenceExpression { MultiPartIdentifier: { Count: 1 } name }
                    ? selected.Find(e => e.ColumnName?.Value.Equals(name[0].Value, StringComparison.OrdinalIgnoreCase) == true)?.Expression
                        ?? item
                    : item is IntegerLiteral number && int.TryParse(number.Value, CultureInfo.InvariantCulture, out var place)
                        && place >= 1 && place <= selected.Count ? selected[place - 1].Expression : item));
            var (met, isStar) = (new HashSet<string>(StringComparer.Ordinal), query.SelectElements.OfType<SelectStarExpression>().Any());
            foreach (var item in order.OrderByElements.Select(e => e.Expression))
            {
                var inside = References.In(item, lint, scope);
                if (!met.Add(Meant(item))) Fault(169, "twice in ORDER BY:", item);
                if (inside.Found.Count == 0 && inside is { HasSubquery: false, HasVariable: false, HasCall: false }
                    && item is not IntegerLiteral) Fault(408, "a constant in ORDER BY:", item);
                if (query.UniqueRowFilter == UniqueRowFilter.Distinct && !isStar && item is not IntegerLiteral
                    && !selected.Exists(e => TextOf(Bare(e.Expression)) == Meant(item))) Fault(145, "not selected by this DISTINCT:", item);
            }
        }

        private void Fault(int number, string what, TSqlFragment where) =>
            Faults.Add($"{Number(number)}: {what} {TextOf(where)}");
    }

    /// <summary>Whether an expression aggregates the rows of its own query.</summary>
    private sealed class OwnAggregates : TSqlFragmentVisitor
    {
        private bool found;

        public bool Of(TSqlFragment fragment)
        {
            fragment.Accept(this);
            return found;
        }

        public override void ExplicitVisit(QuerySpecification node)
        {
        }

        public override void ExplicitVisit(FunctionCall node)
        {
            found |= IsAggregate(node);
            base.ExplicitVisit(node);
        }
    }
}

/// <summary>How a text is compared.</summary>
internal sealed record TextCollation(string Name, bool IsExplicit = false)
{
    /// <summary>Of a text that was joined from two collations, by which nothing can be compared any more.</summary>
    public static readonly TextCollation None = new("");

    public bool IsNone => Name.Length == 0;
}

using Headroom.Silo.Http.Input;
using Headroom.Silo.Http.Problems;

namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Checks the names in a route before its handler runs: 400 for what is no name, 404 for a host that is not of this
/// cluster.
/// </summary>
internal sealed class NameFilter(BudgetDirectory budgets) : IEndpointFilter
{
    private static readonly string[] Names = ["host", "container", "subsystem"];

    /// <inheritdoc/>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        RouteValueDictionary values = context.HttpContext.Request.RouteValues;
        var errors = new InputErrors();
        foreach (string name in Names)
        {
            if (values.TryGetValue(name, out object? value) && !ResourceName.IsValid(value as string))
            {
                errors.Add(name, ResourceName.Rule);
            }
        }

        if (errors.First is not null)
        {
            return ValueTask.FromResult<object?>(ProblemResult.Bad(errors));
        }

        return values["host"] is string host && !budgets.Knows(host)
            ? ValueTask.FromResult<object?>(ProblemResult.Of(Kind.NotFound, $"host {host} is not of this cluster"))
            : next(context);
    }
}

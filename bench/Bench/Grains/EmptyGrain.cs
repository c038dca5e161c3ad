using Orleans.Concurrency;

namespace Headroom.Bench;

// As reentrant as the budgets, or it would be the slower one at many calls at once.
[Reentrant]
internal sealed class EmptyGrain : Grain, IEmptyGrain
{
    public ValueTask CallAsync() => default;
}

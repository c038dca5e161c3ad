namespace Headroom.Simulation.Tests.Stories;

/// <summary>What came of a call that a story began.</summary>
internal sealed class Reply<T>
{
    private T? _answer;

    internal bool IsThere { get; private set; }

    internal Exception? Error { get; private set; }

    internal T Answer => IsThere
        ? _answer!
        : throw new InvalidOperationException("There is no answer.", Error);

    internal async Task TakeAsync(Func<ValueTask<T>> call)
    {
        try
        {
            _answer = await call();
            IsThere = true;
        }
        catch (Exception error)
        {
            Error = error;
        }
    }
}

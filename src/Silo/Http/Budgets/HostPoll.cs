namespace Headroom.Silo.Http.Budgets;

/// <summary>
/// Asks all hosts the same at once, each with a deadline, so that one that does not answer hides no other.
/// </summary>
internal static class HostPoll
{
    /// <summary>Asks, and returns when each host has answered, failed or run out of time.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="ask">What to ask of one.</param>
    /// <param name="limit">How long each has.</param>
    /// <param name="time">By which clock.</param>
    /// <param name="cancellationToken">Ends all of it, with the exception that says so.</param>
    /// <returns>For each host, in order, its answer; or null and why there is none.</returns>
    public static Task<(string Host, T? Answer, string Why)[]> AskAsync<T>(
        IEnumerable<string> hosts,
        Func<string, CancellationToken, Task<T>> ask,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellationToken)
        where T : class =>
        Task.WhenAll(hosts.Select(host => AskOneAsync(host, ask, limit, time, cancellationToken)));

    private static async Task<(string Host, T? Answer, string Why)> AskOneAsync<T>(
        string host,
        Func<string, CancellationToken, Task<T>> ask,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellationToken)
        where T : class
    {
        using var late = new CancellationTokenSource(limit, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // A call to a silo that is gone may not notice its token.
            return (host, await ask(host, deadline.Token).WaitAsync(deadline.Token), "");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (host, null, $"the host did not answer within {limit.TotalSeconds} s");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever it is, the others' answers count; and it is told to whoever asked.
            return (host, null, $"the host could not answer: {error.Message.ReplaceLineEndings(" ")}");
        }
    }
}

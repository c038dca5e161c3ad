using Headroom.Silo.Http.Budgets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class HostPollTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Ask_OneThatNeverAnswersAndOneThatFails_TheOthersAnswerAndBothAreExplained()
    {
        Task<(string Host, string? Answer, string Why)[]> poll = HostPoll.AskAsync(
            ["a", "b", "c"],
            (host, _) => host switch
            {
                "a" => new TaskCompletionSource<string>().Task,
                "b" => Task.FromException<string>(new InvalidOperationException("no\nstore")),
                _ => Task.FromResult("fine"),
            },
            Limit,
            _time,
            TestContext.Current.CancellationToken);

        Assert.False(poll.IsCompleted);
        _time.Advance(Limit);

        Assert.Equal(
            [
                ("a", null, "the host did not answer within 5 s"),
                ("b", null, "the host could not answer: no store"),
                ("c", "fine", ""),
            ],
            await poll);
    }

    [Fact]
    public async Task Ask_CallerThatGoesAway_EndsIt()
    {
        using var gone = new CancellationTokenSource();
        Task poll = HostPoll.AskAsync(
            ["a"], (_, _) => new TaskCompletionSource<string>().Task, Limit, _time, gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
    }
}

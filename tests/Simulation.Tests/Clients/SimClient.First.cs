using Headroom.Contracts;

namespace Headroom.Simulation.Tests.Clients;

/// <content>
/// First attempts, as the SDK's <c>FirstAttempts</c> sends them: those that come while messages are under way share the
/// next one, and each message says which ones are over.
/// </content>
internal sealed partial class SimClient
{
    private const int MaxUnderWay = 2;

    private readonly Queue<(SimRequest Request, LeaseAsk Ask)> _attempts = new();
    private readonly List<long> _underWay = [];
    private int _senders;
    private long _lastAttempt;

    // Nothing below the oldest message under way is sent any more.
    private long SettledAttempts => _underWay.Count == 0 ? _lastAttempt : _underWay.Min() - 1;

    private void AskFirst(SimRequest request, LeaseAsk ask)
    {
        _attempts.Enqueue((request, ask));
        if (_senders < MaxUnderWay)
        {
            _senders++;
            SendAttempts();
        }
    }

    private void SendAttempts()
    {
        var together = new List<(SimRequest Request, LeaseAsk Ask, int Turn)>();
        while (_attempts.TryPeek(out (SimRequest Request, LeaseAsk Ask) next)
            && (together.Count == 0 || next.Ask.Command.Session == together[0].Ask.Command.Session))
        {
            _attempts.Dequeue();
            if (!next.Request.IsOver)
            {
                together.Add((next.Request, next.Ask, ++next.Request.Turn));
            }
        }

        if (together.Count == 0)
        {
            _senders--;
            return;
        }

        long settled = SettledAttempts;
        long first = _lastAttempt + 1;
        _lastAttempt += together.Count;
        _underWay.Add(first);
        var batch = new AttemptBatch(first, settled, [.. together.Select(one => one.Ask)]);
        TryAcquire message = Wire.ToWire(batch);
        TimeSpan asked = Now;
        Call<IContainerBudgetGrain, TryAcquireAnswer>(
            ContainerKey,
            grain => grain.TryAcquireAsync(message, default),
            CallTimeout,
            answer =>
            {
                LeaseReply[] replies = Wire.FromWire(batch, answer);
                for (int row = 0; row < together.Count; row++)
                {
                    (SimRequest request, LeaseAsk ask, int turn) = together[row];
                    _world.Tally.Count($"first attempt {replies[row].Decision.Outcome}");
                    Answered(request, ask, turn, replies[row], asked);
                }

                EndAttempts(first);
            },
            error =>
            {
                foreach ((SimRequest request, LeaseAsk _, int turn) in together)
                {
                    Again(request, turn, null);
                }

                EndAttempts(first);
            });
    }

    private void EndAttempts(long first)
    {
        _underWay.Remove(first);
        Core.SettledAttempts = SettledAttempts;
        SendAttempts();
    }
}

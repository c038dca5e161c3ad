using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>A ledger, and a kubelet to and from which anything is late, refused or lost.</summary>
public sealed class ResizePropertyTests
{
    private const long Mi = 1L << 20;
    private const long Own = 100 * Mi;
    private const long Most = 180 * Mi;
    private const long Capacity = 1000 * Mi;

    private static readonly ContainerRules Rules = Given.Rules with
    {
        LimitBytes = Capacity,
        HostCapacityBytes = Capacity,
        OwnLimitBytes = Own,
        ResizeMaxBytes = Most,
    };

    private static readonly Gen<(int What, int How, int Wait)[]> Steps =
        Gen.Select(Gen.Int[0, 13], Gen.Int[0, 1 << 20], Gen.Int[0, 9]).Array[1, 150];

    private sealed class World
    {
        private readonly Dictionary<int, (long Lease, long Bytes)> _held = [];
        private readonly Dictionary<int, long> _waiting = [];
        private ContainerLedger _ledger = Given.Container(0, Rules);
        private int _fresh;

        internal ModelKubelet Kubelet { get; } = new(Own);

        internal TimeSpan Now { get; private set; }

        private long Used => _held.Values.Sum(lease => lease.Bytes);

        internal bool IsQuiet => _waiting.Count == 0 && _held.Count == 0;

        internal void Step(int what, int how, int wait)
        {
            Now += TimeSpan.FromMilliseconds(wait == 0 ? 40_000 : wait * 100);
            switch (what)
            {
                case < 4:
                    Ask((1 + (how % 90)) * Mi);
                    break;
                case < 6 when _held.Count > 0:
                    Release(_held.Keys.ElementAt(how % _held.Count));
                    break;
                case < 7 when _waiting.Count > 0:
                    GiveUp(_waiting.Keys.ElementAt(how % _waiting.Count));
                    break;
                case < 10:
                    Work(how);
                    break;
                case < 13:
                    Read();
                    break;
                case 13 when how % 8 == 0 && IsQuiet:
                    Restart();
                    break;
            }

            After();
        }

        internal void End()
        {
            foreach (int id in _waiting.Keys.ToArray())
            {
                GiveUp(id);
            }

            foreach (int id in _held.Keys.ToArray())
            {
                Release(id);
            }

            for (int seconds = 0; seconds < 100; seconds++)
            {
                Now += TimeSpan.FromSeconds(1);
                Read();

                // What was refused is tried again.
                Kubelet.Want(null);
                Work(how: 4);
                After();
            }

            Assert.Equal((Own, Own), (Kubelet.Actual, Kubelet.Spec));
            Assert.Equal(Own, _ledger.WantedHardLimitBytes);
        }

        private void Ask(long bytes)
        {
            int id = ++_fresh;
            LeaseDecision decision = _ledger.Request(Given.Lease(id, bytes, Urgency.MustSucceed), Now);
            if (decision.Outcome == Outcome.Granted)
            {
                Granted(id, decision, bytes);
            }
            else if (decision.Outcome == Outcome.Waiting)
            {
                _waiting.Add(id, bytes);
            }
        }

        private void Release(int id)
        {
            (long lease, long bytes) = _held[id];
            _held.Remove(id);
            _ledger.Release(
                new LeaseReport(lease, _ledger.Epoch, "journal", bytes, Urgency.MustSucceed, Given.Ttl), Now);
        }

        private void GiveUp(int id)
        {
            _ledger.GiveUp(Given.Id(id), Now);
            _waiting.Remove(id);
        }

        private void Work(int how)
        {
            Kubelet.Want(_ledger.WantedHardLimitBytes);
            if (Kubelet.Step(how, Used) is { } report)
            {
                _ledger.Resized(report, Now);
            }
        }

        private void Read() => _ledger.Observe(
            Given.Reading(_ledger) with { UsageBytes = Used, HardLimitBytes = Kubelet.Actual }, Now);

        private void Restart()
        {
            Kubelet.SiloRestarts();
            _ledger = Given.Container(0, Rules);
            Given.Allot(_ledger, 0, now: Now);
        }

        private void Granted(int id, LeaseDecision decision, long bytes)
        {
            _held.Add(id, (decision.LeaseId, bytes));

            // The kernel would kill.
            Assert.True(Used <= Kubelet.Actual, $"{Used} bytes are leased, and the kernel allows {Kubelet.Actual}.");
        }

        private void After()
        {
            for (int calls = 0; _ledger.NeedsHost && calls < 10; calls++)
            {
                Ladder.Overdraft(_ledger, Capacity, Now);
            }

            foreach (Settled settled in _ledger.TakeSettled())
            {
                int id = BitConverter.ToInt32(settled.RequestId.ToByteArray());
                if (_waiting.Remove(id, out long bytes) && settled.Decision.Outcome == Outcome.Granted)
                {
                    Granted(id, settled.Decision, bytes);
                }
            }

            foreach (Guid id in _ledger.TakeExhausted())
            {
                _waiting.Remove(BitConverter.ToInt32(id.ToByteArray()));
                _ledger.GiveUp(id, Now);
            }

            _ledger.Tick(Now);
            Assert.Empty(_ledger.Audit());
        }
    }

    [Fact]
    public void AnyOrderOfWishesAndAnswers_NothingIsGrantedBeyondTheKernelsLimitAndItGoesBack() => Steps.Sample(
        steps =>
        {
            var world = new World();
            foreach ((int what, int how, int wait) in steps)
            {
                world.Step(what, how, wait);
            }

            world.End();
        },
        iter: Effort.Cases(4000));
}

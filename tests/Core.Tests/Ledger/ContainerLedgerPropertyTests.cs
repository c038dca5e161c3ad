using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>One container's ledger alone: against a dumb reference, and against any nonsense.</summary>
public sealed class ContainerLedgerPropertyTests
{
    private static readonly FloorPolicy Floors = new(20, 10, 5);

    private static readonly long[] Extremes =
        [-1, long.MinValue, long.MaxValue, HostLedger.MaxCapacityBytes, HostLedger.MaxCapacityBytes + 1];

    private static readonly Gen<long> Amounts =
        Gen.OneOf(Gen.Long[0, 1200], Gen.Long[0, 1200], Gen.Int[0, Extremes.Length - 1].Select(one => Extremes[one]));

    private static readonly Gen<(int What, int Who, long Bytes, int How)[]> Steps =
        Gen.Select(Gen.Int[0, 19], Gen.Int[1, 12], Amounts, Gen.Int[0, 1 << 16]).Array[1, 200];

    [Fact]
    public void Admission_AnyOrderOfRequestsReleasesAndTime_DecidesAsTheReferenceDoes() => Steps.Sample(
        steps =>
        {
            TimeSpan now = TimeSpan.Zero;
            ContainerLedger ledger = Given.Container(600, Given.Rules with { Floors = Floors });
            var reference = new ReferenceContainer(Given.Capacity, Floors) { AllottedBytes = 600 };
            var known = new Dictionary<int, (LeaseCommand Command, long Lease)>();
            int fresh = 0;
            foreach ((int what, int who, long bytes, int how) in steps)
            {
                now += TimeSpan.FromMilliseconds(what < 16 ? how % 500 : how % 20_000);
                if (what < 10)
                {
                    int id = what < 8 ? ++fresh : who;
                    long size = 1 + (Math.Abs(bytes % 1000) / (1 + (how % 9)));
                    LeaseCommand command = known.TryGetValue(id, out var old) ? old.Command
                        : Given.Lease(id, size, (Urgency)(how % 4), how % 5 != 0)
                            with
                        { Patience = Given.At(how % 30) };
                    Ask(ledger, reference, command, known, id, now);
                }
                else if (what < 13 && known.TryGetValue(who, out var held) && held.Lease != 0)
                {
                    reference.Release(held.Command.RequestId, now);
                    ledger.Release(
                        new LeaseReport(held.Lease, ledger.Epoch, "journal", held.Command.Bytes, 0, Given.Ttl), now);
                }
                else if (what < 15)
                {
                    reference.GiveUp(Given.Id(who), now);
                    ledger.GiveUp(Given.Id(who), now);
                }
                else if (what < 17)
                {
                    reference.Tick(now);
                    reference.AllottedBytes = Math.Max(reference.AllottedBytes, 600 + (how % 600));
                    reference.Tick(now);
                    Given.Allot(ledger, reference.AllottedBytes, now: now);
                }
                else if (what < 18)
                {
                    // What lapses by now has lapsed when the reading begins.
                    ledger.Tick(now);
                    reference.Read(now);
                    ledger.Observe(Given.Reading(ledger), now);
                }
                else
                {
                    reference.Tick(now);
                    ledger.Tick(now);
                }

                Compare(ledger, reference, known);
            }
        },
        iter: Effort.Cases(4000));

    [Fact]
    public void Anything_OverflowingNegativeStaleRepeated_BreaksNoInvariantAndComesBack() => Steps.Sample(
        steps =>
        {
            TimeSpan now = TimeSpan.FromSeconds(1);
            ContainerLedger ledger = steps.Length % 2 == 0 ? Given.Container(1000) : Given.Learning(1000);
            foreach ((int what, int who, long bytes, int how) in steps)
            {
                now += TimeSpan.FromMilliseconds(what == 0 ? how : how % 1000);
                Nonsense(ledger, what, who, bytes, how, now);
                Assert.Empty(ledger.Audit());
                Assert.InRange(ledger.CommittedBytes, 0, ledger.AllottedBytes + ledger.OverdraftBytes);
            }

            for (int i = 0; i < 4; i++)
            {
                now += TimeSpan.FromHours(2);
                ledger.Tick(now);
                ledger.Observe(Given.Reading(ledger), now);
                ledger.CallHost(tidy: true, now);
            }

            Assert.Equal((0, 0, 0), (ledger.CommittedBytes, ledger.AllottedBytes, ledger.Unanswered));
            Assert.Equal((0, 0, 0), (ledger.Sessions, ledger.Leases, ledger.Remembered));
        },
        iter: Effort.Cases(3000));

    private static void Ask(
        ContainerLedger ledger,
        ReferenceContainer reference,
        LeaseCommand command,
        Dictionary<int, (LeaseCommand Command, long Lease)> known,
        int id,
        TimeSpan now)
    {
        reference.Tick(now);
        ledger.Tick(now);
        if (known.TryGetValue(id, out var old) && old.Lease != 0 && !reference.Holds(command.RequestId))
        {
            // Released or lapsed: what is answered then has tests of its own.
            return;
        }

        Outcome expected = reference.Request(command, now);
        LeaseDecision decision = ledger.Request(command, now);
        if (decision.Outcome == Outcome.Waiting && expected == Outcome.Refused)
        {
            // It only waits for the host's answer, and the host has nothing.
            (_, long call) = ledger.CallHost(tidy: false, now);
            ledger.HostFailed(call, now);
            IReadOnlyList<Settled> settled = ledger.TakeSettled();
            Assert.Equal(
                Outcome.Refused, Assert.Single(settled, one => one.RequestId == command.RequestId).Decision.Outcome);
            Compare([.. settled.Where(one => one.RequestId != command.RequestId)], reference.TakeSettled(), known);
            return;
        }

        Assert.Equal(expected, decision.Outcome);
        known[id] = (command, decision.LeaseId);
    }

    private static void Compare(
        ContainerLedger ledger, ReferenceContainer reference, Dictionary<int, (LeaseCommand Command, long Lease)> known)
    {
        Compare(ledger.TakeSettled(), reference.TakeSettled(), known);
        Assert.Equal(reference.LeasedBytes, ledger.LeasedBytes);
        Assert.Equal(reference.GhostBytes, ledger.GhostBytes);
    }

    private static void Compare(
        IReadOnlyList<Settled> settled,
        IReadOnlyList<(Guid Request, Outcome Outcome)> expected,
        Dictionary<int, (LeaseCommand Command, long Lease)> known)
    {
        Assert.Equal(expected, settled.Select(one => (one.RequestId, one.Decision.Outcome)));
        foreach (Settled one in settled.Where(one => one.Decision.Outcome == Outcome.Granted))
        {
            int id = known.Single(pair => pair.Value.Command.RequestId == one.RequestId).Key;
            known[id] = (known[id].Command, one.Decision.LeaseId);
        }
    }

    private static void Nonsense(ContainerLedger ledger, int what, int who, long bytes, int how, TimeSpan now)
    {
        long epoch = ledger.Epoch - (how % 3 == 0 ? 1 : 0);
        var urgency = (Urgency)(how % 5);
        var leased = ByUrgency.Of((Urgency)(how % 4), how % 7 == 0 ? bytes : how % 300);
        switch (what)
        {
            case < 3:
                ledger.Open(
                    new OpenCommand(
                        Given.Id(who), Given.Id(how % 13), [new("journal", bytes, leased)], new(who, who, 1, "")),
                    now);
                break;
            case < 8:
                ledger.Exchange(
                    new ExchangeCommand
                    {
                        Session = Given.Id(who),
                        Epoch = epoch,
                        Seen = how % 4,
                        Holdings =
                        [
                            new("journal", how % 2 == 0 ? bytes : how % 200, leased), new($"s-{how % 4}", 0, default),
                        ],
                        Wants = [new("journal", bytes, urgency), new("cache", how, (Urgency)(how % 4))],
                        Released = [(7L << 36) + (how % 50), how],
                        Cancelled = [Given.Id(100 + (how % 40))],
                    },
                    now);
                break;
            case < 12:
                ledger.Request(
                    new LeaseCommand
                    {
                        RequestId = Given.Id(100 + (how % 40)),
                        Subsystem = how % 11 == 0 ? "no/name" : "journal",
                        Bytes = bytes,
                        Urgency = urgency,
                        Session = how % 2 == 0 ? Given.Id(who) : Guid.Empty,
                        Ttl = TimeSpan.FromTicks(how % 6 == 0 ? bytes : 0),
                        Patience = TimeSpan.FromTicks(bytes),
                        MayWait = how % 3 != 0,
                    },
                    now);
                break;
            case < 14:
                var report = new LeaseReport(
                    ((7L - (how % 3)) << 36) + (how % 30), 7L - (how % 3), "journal", bytes, urgency, Given.Ttl);
                _ = how % 2 == 0 ? ledger.Renew(report, now).Bytes : 0;
                ledger.Release(report with { Bytes = how % 2 == 0 ? 0 : bytes }, now);
                break;
            case 14:
                ledger.Close(Given.Id(who), now);
                break;
            case 15:
                ledger.Cancel(Given.Id(100 + (how % 40)), now);
                break;
            case 16:
                ledger.Observe(
                    new Reading
                    {
                        WatchNumber = ledger.Watch().Number - (how % 3),
                        HostRead = how % 2 == 0,
                        UsageBytes = how % 5 == 0 ? how : null,
                        Processes = [(Given.Id(who), how % 4 == 0 ? null : Math.Max(0, bytes))],
                    },
                    now);
                break;
            case 17:
                (_, long call) = ledger.CallHost(tidy: how % 2 == 0, now);
                ledger.HostFailed(call - (how % 2), now);
                break;
            default:
                Given.Allot(ledger, ledger.AllottedBytes + (how % 500), how % 2 == 0, now);
                break;
        }
    }
}

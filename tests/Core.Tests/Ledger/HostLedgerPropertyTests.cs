using CsCheck;
using Xunit;

namespace Headroom.Core.Tests.Ledger;

/// <summary>The host's ledger alone, against any nonsense and restarts from what was saved.</summary>
public sealed class HostLedgerPropertyTests
{
    private const long Reserve = 200;

    private static readonly FloorPolicy Floors = new(20, 10, 5);
    private static readonly HostDefaults Defaults = new(Given.Capacity, Reserve, 0, null);
    private static readonly long[] Extremes = [-1, long.MinValue, long.MaxValue, HostLedger.MaxCapacityBytes];

    private static readonly Gen<long> Amounts =
        Gen.OneOf(Gen.Long[0, 900], Gen.Long[0, 900], Gen.Int[0, Extremes.Length - 1].Select(one => Extremes[one]));

    private static readonly Gen<(int What, long Bytes, long More, int How)[]> Steps =
        Gen.Select(Gen.Int[0, 19], Amounts, Amounts, Gen.Int[0, 1 << 16]).Array[1, 200];

    [Fact]
    public void Anything_OverflowingNegativeStaleRepeated_BreaksNoInvariantAndComesBack() => Steps.Sample(
        steps =>
        {
            TimeSpan now = TimeSpan.Zero;
            var host = new HostLedger(HostTable.Empty, Floors, Defaults);
            HostTable saved = host.Save();
            foreach ((int what, long bytes, long more, int how) in steps)
            {
                now += TimeSpan.FromMilliseconds(how % 3000);
                if (what == 0)
                {
                    host = new HostLedger(saved, Floors, Defaults);
                }
                else
                {
                    Nonsense(host, what, bytes, more, how, now);
                    saved = host.Changed ? host.Save() : saved;
                }

                Assert.Empty(host.Audit());
                Assert.InRange(host.AllottedBytes, 0, host.CapacityBytes - host.ReserveBytes);
                host.TakeRaised();
            }

            foreach (string name in host.Containers)
            {
                host.Allot(Given.Want(host.Row(name)!, 0, 0), now);
            }

            foreach (string name in host.Containers)
            {
                // Wants that stood were met while others gave back; they go, too.
                host.Allot(Given.Want(host.Row(name)!, 0, 0), now + HostLedger.WantLife);
            }

            Assert.Equal(0, host.AllottedBytes);
        },
        iter: Effort.Cases(4000));

    [Fact]
    public void Allot_OfALowerUrgency_LeavesFloorReserveAndOthersGuarantees() => Steps.Sample(
        steps =>
        {
            var host = new HostLedger(HostTable.Empty, Floors, Defaults);
            TimeSpan now = TimeSpan.Zero;
            foreach ((int what, long bytes, long more, int how) in steps)
            {
                now += TimeSpan.FromMilliseconds(how % 3000);
                Nonsense(host, 8, bytes, more, how, now);
                string name = $"c{how % 4}";
                ContainerRow before = host.Row(name) ?? host.Join(name)!;
                var urgency = (Urgency)(what % 4);
                long others = host.Containers.Where(other => other != name)
                    .Sum(other => Math.Max(0, host.Row(other)!.GuaranteeBytes - host.Row(other)!.AllottedBytes));
                long booked = host.AllottedBytes - before.AllottedBytes;
                AllotDecision decision = host.Allot(
                    Given.Want(before, before.AllottedBytes, Math.Max(0, more % 900), urgency), now);

                long free = Given.Capacity - Reserve - booked - decision.AllottedBytes;
                long floor = Floors.Floors(Given.Capacity - Reserve, PressureLevel.None)[urgency];
                Assert.True(
                    decision.AllottedBytes == before.AllottedBytes
                        || decision.AllottedBytes <= before.GuaranteeBytes
                        || free >= others + floor,
                    $"{name} has {decision.AllottedBytes} at {urgency}: free {free}, floor {floor}, others {others}");
                Assert.InRange(decision.AllottedBytes, 0, Math.Max(before.AllottedBytes, host.LimitBytes(name)));
                Assert.True(free >= 0);
            }
        },
        iter: Effort.Cases(2000));

    private static void Nonsense(HostLedger host, int what, long bytes, long more, int how, TimeSpan now)
    {
        string name = $"c{how % 4}";
        switch (what)
        {
            case 1:
                host.Join(name);
                break;
            case 2:
                host.Configure(how % 2 == 0 ? bytes : null, how % 3 == 0 ? more : null, null, now);
                host.Configure(Given.Capacity, Reserve, 0, now);
                break;
            case 3:
                host.Observe(Given.Capacity, how % 1100, (PressureLevel)(how % 3), now);
                break;
            case < 10:
                host.ConfigureContainer(
                    name,
                    how % 3 == 0 ? bytes : null,
                    how % 2 == 0 ? more / 4 : null,
                    how % 5 == 0 ? bytes : null,
                    null,
                    now);
                break;
            default:
                ContainerRow row = host.Row(name) ?? host.Join(name)!;
                host.Allot(
                    new AllotCommand
                    {
                        Container = name,
                        Epoch = row.Epoch - (how % 11 == 0 ? 1 : 0),
                        Seen = row.Order - (how % 7 == 0 ? 1 : 0),
                        KeepBytes = how % 2 == 0 ? bytes : row.AllottedBytes,
                        WantBytes = ByUrgency.Of((Urgency)(how % 4), more),
                        LeastBytes = ByUrgency.Of((Urgency)(how % 4), how % 3 == 0 ? more : 0),
                        AheadBytes = how % 5 == 0 ? bytes : 0,
                        LongestTtl = TimeSpan.FromSeconds(how % 90),
                        LeasedBytes = how % 13 == 0 ? more : Math.Clamp(bytes, 0, row.AllottedBytes),
                    },
                    now);
                break;
        }
    }
}

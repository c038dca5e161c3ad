using Headroom.Simulation.Tests.Engine;

namespace Headroom.Simulation.Tests.World;

/// <summary>Makes a world up from a seed.</summary>
internal static class PlanMaker
{
    private const long Mebibyte = 1L << 20;

    // The faults that a world is made of: what is worth more tries stands more often.
    private static readonly FaultKind[] Kinds =
    [
        FaultKind.SiloCrash, FaultKind.SiloCrash, FaultKind.SiloCrash, FaultKind.SiloFreeze, FaultKind.SiloFreeze,
        FaultKind.SiloStop, FaultKind.MachineCrash, FaultKind.MachineCut, FaultKind.MachineCut, FaultKind.StoreCut,
        FaultKind.StoreSlow, FaultKind.StoreFails, FaultKind.StoreMisreports, FaultKind.ClientCrash,
        FaultKind.ClientCrash, FaultKind.ClientFreeze, FaultKind.ClientFreeze, FaultKind.ClientFreeze,
        FaultKind.ClientCut, FaultKind.ClientCut, FaultKind.ClientJump, FaultKind.Storm, FaultKind.Duplicate,
        FaultKind.Duplicate, FaultKind.Pressure, FaultKind.ForeignUse, FaultKind.NoMemory, FaultKind.Unreadable,
        FaultKind.Settings,
    ];

    // What a silo can be caught at.
    private static readonly string[] Answers =
        ["Join", "Allot", "MarkLent", "Lend", "Attempt", "Borrowed", "SessionTerms", "ExchangeAnswer", "LeaseAnswer"];

    internal static WorldPlan Make(ulong seed)
    {
        Chance chance = new Chance(seed).Fork(0x91A7);
        TimeSpan busy = chance.Between(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(30));
        bool lends = chance.Of(0.3);
        int count = lends ? 2 + chance.Below(2) : 1 + chance.Below(3);
        HostPlan[] hosts = [.. Enumerable.Range(1, count).Select(number => Host(chance, number, lends))];
        ContainerPlan[] containers = [.. hosts.SelectMany(host => host.Containers)];
        bool calm = chance.Of(0.3);
        ClientPlan[] clients =
            [.. Enumerable.Range(1, 2 + chance.Below(4)).Select(number => Client(chance, number, containers))];
        return new WorldPlan(seed)
        {
            Busy = busy,
            SessionTtl = TimeSpan.FromSeconds(chance.Between(3, 6)),
            AuthorityLease = TimeSpan.FromSeconds(chance.Between(3, 6)),
            ReclaimWithin = TimeSpan.FromMilliseconds(chance.Between(400, 1500)),
            Loss = calm ? 0 : chance.Pick([0, 0.002, 0.02]),
            Twice = calm ? 0 : chance.Pick([0, 0.01, 0.05]),
            Late = calm ? 0 : chance.Pick([0, 0.01, 0.05]),
            SlowAsks = lends && !calm ? 0.7 : 0,
            LateOpenings = calm ? 0 : 0.5,
            Drift = chance.Pick([0, 1_000, 40_000]),
            Hosts = hosts,
            Clients = [.. clients.Select(client => client with { MostBytes = Fitting(client, clients) })],
            Callers = [.. Enumerable.Range(1, chance.Below(3)).Select(number => new CallerPlan(
                number, chance.Pick(containers))
            {
                MostBytes = chance.Between(1, 6) * Mebibyte,
                Ttl = TimeSpan.FromSeconds(chance.Between(2, 8)),
            })],
            Faults = [.. Faults(chance, busy, hosts, clients)],
        };
    }

    // Where much is lent, containers are small, and so is what is left beyond the reserve.
    private static HostPlan Host(Chance chance, int number, bool lends)
    {
        string name = $"h{number}";
        long capacity = chance.Between(16, 64) * Mebibyte;
        long reserve = capacity * (lends ? 6 : chance.Below(5)) / 16;
        return new HostPlan(name)
        {
            CapacityBytes = capacity,
            ReserveBytes = reserve,
            PledgedBytes = lends ? reserve : reserve * chance.Below(5) / 4,
            SpareBytes = chance.Between(4, 32) * Mebibyte,
            Containers =
            [
                .. Enumerable.Range(0, 1 + chance.Below(2))
                    .Select(container => Container(chance, name, $"c{container}", capacity - reserve, lends)),
            ],
        };
    }

    private static ContainerPlan Container(Chance chance, string host, string name, long ordinary, bool lends)
    {
        long limit = ordinary * (lends ? 2 : 4 + chance.Below(5)) / 8;
        return new ContainerPlan(host, name)
        {
            LimitBytes = limit,
            GuaranteeBytes = chance.Of(0.4) ? limit / 4 : 0,
            QuotaBytes = chance.Of(0.2) ? limit / 2 : null,
            HasCgroup = chance.Of(0.5),
            Subsystems =
            [
                new SubsystemRow("cache", chance.Of(0.3) ? Urgency.Optional : Urgency.RiskyToFail, 0, LastResort.Wait),
                new SubsystemRow(
                    "journal", Urgency.MustSucceed, chance.Below(3) * Mebibyte / 4, (LastResort)chance.Below(4))
                {
                    LastResortAfter = TimeSpan.FromSeconds(chance.Between(3, 12)),
                },
            ],
        };
    }

    private static ClientPlan Client(Chance chance, int number, ContainerPlan[] containers)
    {
        ContainerPlan container = chance.Pick(containers);
        return new ClientPlan(number, container)
        {
            IsWitnessed = chance.Of(0.8),
            Complies = chance.Of(0.85),
            Eagerness = chance.Between(2, 8),
            MostBytes = Math.Min(container.LimitBytes / 4, chance.Pick([Mebibyte / 2, 2 * Mebibyte, 8 * Mebibyte])),
            StartsAt = TimeSpan.FromMilliseconds(chance.Between(100, 3000)),
        };
    }

    // What processes keep for must-succeed alone nobody else gets: a request has to fit beside all of it, or it waits
    // for ever, and rightly.
    private static long Fitting(ClientPlan client, ClientPlan[] clients)
    {
        ContainerPlan container = client.Container;
        int beside = clients.Count(other => other.Container.Key == container.Key);
        long kept = container.Subsystems.Sum(subsystem => subsystem.EmergencyCreditBytes) + Machine.BaseBytes;
        return Math.Clamp(container.LimitBytes - (beside * kept), 1, client.MostBytes);
    }

    private static IEnumerable<FaultPlan> Faults(Chance chance, TimeSpan busy, HostPlan[] hosts, ClientPlan[] clients)
    {
        int count = chance.Below(8);
        for (int i = 0; i < count; i++)
        {
            FaultKind kind = chance.Pick(Kinds);
            bool ofClient = kind is FaultKind.ClientCrash or FaultKind.ClientFreeze or FaultKind.ClientCut
                or FaultKind.ClientJump;
            var fault = new FaultPlan(
                kind,
                chance.Between(TimeSpan.FromSeconds(1), busy),
                Length(chance),
                ofClient ? "" : chance.Pick(hosts).Name,
                ofClient ? 1 + chance.Below(clients.Length) : 0,
                chance.Below(8));
            yield return chance.Of(0.4) && !ofClient ? At(chance, fault) : fault;
        }

        if (chance.Of(0.3))
        {
            foreach (FaultPlan fault in LapseWhileLearning(chance, busy, chance.Pick(clients)))
            {
                yield return fault;
            }
        }

        if (chance.Of(0.3))
        {
            ClientPlan client = chance.Pick(clients);
            yield return new FaultPlan(
                FaultKind.ClientStall,
                chance.Between(TimeSpan.FromSeconds(3), busy - TimeSpan.FromSeconds(5)),
                TimeSpan.FromMilliseconds(chance.Between(1000, 3500)),
                client.Container.Host,
                client.Number,
                0)
            {
                Moment = Moment.Answering,
                Call = "ExchangeAnswer",
                Nth = 1 + chance.Below(4),
            };
        }
    }

    // An authority that is new to its clients, and one of them that comes back to it once more.
    private static IEnumerable<FaultPlan> LapseWhileLearning(Chance chance, TimeSpan busy, ClientPlan client)
    {
        string host = client.Container.Host;
        TimeSpan at = chance.Between(TimeSpan.FromSeconds(4), busy - TimeSpan.FromSeconds(6));
        TimeSpan down = TimeSpan.FromMilliseconds(chance.Between(100, 1500));
        yield return new FaultPlan(FaultKind.SiloCrash, at, down, host, 0, 0);
        yield return new FaultPlan(
            FaultKind.ClientJump, at, TimeSpan.FromSeconds(6), host, client.Number, chance.Below(8))
        {
            Moment = Moment.Began,
            Call = "Container",
            Nth = 1 + chance.Below(2),
        };
    }

    // Shorter and longer than what a session or an authority lives, and than what finds a silo dead.
    private static TimeSpan Length(Chance chance) => chance.Of(0.5)
        ? chance.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(4))
        : chance.Between(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(15));

    private static FaultPlan At(Chance chance, FaultPlan fault)
    {
        Moment moment = chance.Pick([Moment.Stored, Moment.Answering, Moment.Answering, Moment.Began]);
        return fault with
        {
            Moment = moment,
            Call = moment switch
            {
                Moment.Answering => chance.Pick(Answers),
                Moment.Began => chance.Pick(["", "Host", "Container"]),
                _ => "",
            },
            Nth = 1 + chance.Below(4),
        };
    }
}

using Headroom.Contracts;

namespace Headroom.Silo.Tests.Http;

internal sealed class SubsystemDouble(string key, GrainDoubles cluster) : ISubsystemGrain
{
    public ValueTask<LeaseAnswer> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        cluster.Note(key, "Acquire", request);
        return cluster.OnAcquire(key, request, cancellationToken);
    }

    public ValueTask<SubsystemView?> GetAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "Get");
        string[] names = key.Split('/');
        return new(names[2] == "unknown" || !cluster.Containers.Contains(names[1])
            ? null
            : new SubsystemView
            {
                Policy = new SubsystemPolicy
                {
                    MaxUrgency = 3,
                    EmergencyCreditBytes = 4096,
                    LastResort = (byte)Headroom.LastResort.ReadOnly,
                    LastResortAfter = TimeSpan.FromSeconds(2.5),
                    LoansComeHome = true,
                },
                State = (byte)cluster.State,
                StateFor = TimeSpan.FromMinutes(1),
                StateBytes = 4096,
                Holding = Holding(names[2]),
            });
    }

    public ValueTask<ConfigureAnswer> ConfigureAsync(SubsystemPolicy policy, CancellationToken cancellationToken)
    {
        cluster.Note(key, "Configure", policy);
        return new(cluster.OnConfigure(policy));
    }

    public static Holding Holding(string subsystem) => new()
    {
        Subsystem = subsystem,
        CreditBytes = 30,
        OptionalBytes = 1,
        SafeToFailBytes = 20,
        RiskyToFailBytes = 300,
        MustSucceedBytes = 4000,
        EmergencyBytes = 50,
    };

    public ValueTask<LeaseAnswer> ExplainAsync(long bytes, byte urgency, CancellationToken cancellationToken)
    {
        cluster.Note(key, "Explain");
        return new(cluster.OnExplain(bytes, urgency));
    }

    public ValueTask LiftAsync(CancellationToken cancellationToken)
    {
        cluster.Note(key, "Lift");
        cluster.State = SubsystemState.Normal;
        return default;
    }
}

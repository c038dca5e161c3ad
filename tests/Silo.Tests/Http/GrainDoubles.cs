using System.Collections.Concurrent;
using Headroom.Contracts;

namespace Headroom.Silo.Tests.Http;

/// <summary>Stands in for the cluster: gives out doubles of the four grains, and remembers each call.</summary>
internal sealed class GrainDoubles : IGrainFactory
{
    public const string HostName = "host-1";
    public const long CapacityBytes = 1_000_000;

    private readonly ConcurrentQueue<string> _calls = new();

    /// <summary>Every call so far: the grain's key and the method.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    /// <summary>What a subsystem answers; it grants unless a test says otherwise.</summary>
    public Func<string, LeaseRequest, CancellationToken, ValueTask<LeaseAnswer>> OnAcquire { get; set; } =
        (_, request, _) => new(Granted(request));

    /// <summary>What a container answers to a renewal.</summary>
    public Func<LeaseClaim, LeaseAnswer> OnRenew { get; set; } = claim => new LeaseAnswer
    {
        Outcome = (byte)Outcome.Granted,
        LeaseId = claim.LeaseId,
        Bytes = claim.Bytes,
        Rung = (byte)Rung.Container,
        Ttl = claim.Ttl,
    };

    /// <summary>Which loans a lender says that it does not have, when they are renewed.</summary>
    public Func<string, LoanId[], ValueTask<LoanId[]>> OnRenewLoans { get; set; } = (_, _) => new([]);

    /// <summary>What a lender does when loans are given back.</summary>
    public Func<string, ValueTask> OnReleaseLoans { get; set; } = _ => default;

    /// <summary>What a container makes of what became of its limit.</summary>
    public Func<ResizeResult, ValueTask> OnResized { get; set; } = _ => default;

    /// <summary>What a subsystem explains.</summary>
    public Func<long, byte, LeaseAnswer> OnExplain { get; set; } =
        (_, _) => new LeaseAnswer { Outcome = (byte)Outcome.Granted, Rung = (byte)Rung.Host };

    /// <summary>The state of every subsystem.</summary>
    public SubsystemState State { get; set; }

    /// <summary>Hosts whose silo is not up.</summary>
    public HashSet<string> Down { get; } = new(StringComparer.Ordinal);

    /// <summary>What a host or a subsystem answers to a change of settings.</summary>
    public Func<object, ConfigureAnswer> OnConfigure { get; set; } = _ => new ConfigureAnswer();

    /// <summary>What the host's audit finds.</summary>
    public Violation[] Violations { get; set; } = [];

    /// <summary>What the audit of what the host lends finds.</summary>
    public Violation[] ReserveViolations { get; set; } = [];

    /// <summary>The containers that the host knows.</summary>
    public HashSet<string> Containers { get; } = new(StringComparer.Ordinal) { "known" };

    /// <summary>What was asked, configured, renewed, released and cancelled, in this order.</summary>
    public ConcurrentQueue<object> Messages { get; } = new();

    public static LeaseAnswer Granted(LeaseRequest request) => new()
    {
        Outcome = (byte)Outcome.Granted,
        LeaseId = 77,
        Epoch = 3,
        Bytes = request.Bytes,
        Rung = (byte)Rung.Container,
        Ttl = request.Ttl ?? TimeSpan.FromSeconds(10),
    };

    public void Note(string key, string method, object? message = null)
    {
        _calls.Enqueue($"{key} {method}");
        if (message is not null)
        {
            Messages.Enqueue(message);
        }
    }

    /// <summary>Begins to remember anew.</summary>
    public void Forget()
    {
        _calls.Clear();
        Messages.Clear();
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        object grain = typeof(TGrainInterface) == typeof(IHostBudgetGrain) ? new HostDouble(primaryKey, this)
            : typeof(TGrainInterface) == typeof(IReserveGrain) ? new ReserveDouble(primaryKey, this)
            : typeof(TGrainInterface) == typeof(IContainerBudgetGrain) ? new ContainerDouble(primaryKey, this)
            : new SubsystemDouble(primaryKey, this);
        return (TGrainInterface)grain;
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(
        Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(
        long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw new NotSupportedException();

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        throw new NotSupportedException();

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => throw new NotSupportedException();

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        throw new NotSupportedException();
}

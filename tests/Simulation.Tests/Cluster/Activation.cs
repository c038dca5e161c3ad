using Orleans.Serialization.Invocation;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>One activation of a grain: the real grain object, on a silo of the world.</summary>
internal sealed class Activation : IGrainContext
{
    // One that is to end ends without those of its calls that take longer.
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);

    private readonly SimCluster _cluster;
    private readonly Queue<IGrainCall> _waiting = new();
    private readonly List<GrainTimer> _timers = [];
    private int _running;
    private ActivationState _state;

    internal Activation(SimCluster cluster, SimSilo silo, GrainKey key)
    {
        (_cluster, Silo, Key) = (cluster, silo, key);
        GrainId = GrainId.Create(key.Kind.ToString(), key.Name);
    }

    internal SimSilo Silo { get; }

    internal GrainKey Key { get; }

    /// <summary>The grain; null before it was made.</summary>
    internal object? Grain { get; private set; }

    internal bool IsGone => _state == ActivationState.Gone || !Silo.Process.IsAlive;

    internal bool IsActive => _state == ActivationState.Active && Silo.Process.IsAlive;

    public GrainId GrainId { get; }

    public object? GrainInstance => Grain;

    public IServiceProvider ActivationServices => Silo.Services;

    public Task Deactivated => throw Unused();

    public GrainReference GrainReference => throw Unused();

    public ActivationId ActivationId => throw Unused();

    public GrainAddress Address => throw Unused();

    public IGrainLifecycle ObservableLifecycle => throw Unused();

    public IWorkItemScheduler Scheduler => throw Unused();

    internal void Start() => Silo.Process.Post(() => _ = StartAsync());

    /// <summary>A call arrived.</summary>
    internal void Take(IGrainCall call)
    {
        switch (_state)
        {
            case ActivationState.Active:
                Silo.Process.Post(() => call.Run(this));
                break;
            case ActivationState.Gone:
                Silo.Process.Post(() => call.Forward(this));
                break;
            default:
                _waiting.Enqueue(call);
                break;
        }
    }

    internal void Began() => _running++;

    internal void Ended()
    {
        _running--;
        EndIfIdle();
    }

    internal void Add(GrainTimer timer) => _timers.Add(timer);

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (_state is ActivationState.Deactivating or ActivationState.Gone)
        {
            return;
        }

        _state = ActivationState.Deactivating;
        _cluster.Tell(Silo, $"{Key} is to end");
        _timers.ForEach(timer => timer.Dispose());
        Silo.Process.Time.CreateTimer(_ => End(), null, EndsWithin, Timeout.InfiniteTimeSpan);
        Silo.Process.Post(EndIfIdle);
    }

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        Deactivate(default, cancellationToken);

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class => throw Unused();

    object? ITargetHolder.GetTarget() => Grain;

    object? ITargetHolder.GetComponent(Type componentType) => null;

    public void ReceiveMessage(object message) => throw Unused();

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw Unused();

    public void Rehydrate(IRehydrationContext context) => throw Unused();

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    private static NotSupportedException Unused() => new("The grains of this project do not use it.");

    private async Task StartAsync()
    {
        try
        {
            Grain = Silo.Make(this);
            await ((Grain)Grain).OnActivateAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            _cluster.Weigh(error, $"the beginning of {Key}");
            _cluster.Tell(Silo, $"{Key} could not begin: {error.Message}");
            _state = ActivationState.Gone;
            _timers.ForEach(timer => timer.Dispose());
            while (_waiting.TryDequeue(out IGrainCall? call))
            {
                call.Fail(this, error);
            }

            return;
        }

        if (_state == ActivationState.Activating)
        {
            _state = ActivationState.Active;
            _cluster.Began(this);
            while (_waiting.TryDequeue(out IGrainCall? call))
            {
                Take(call);
            }
        }
    }

    private void EndIfIdle()
    {
        if (_state == ActivationState.Deactivating && _running == 0)
        {
            End();
        }
    }

    private void End()
    {
        if (_state == ActivationState.Gone)
        {
            return;
        }

        _state = ActivationState.Gone;
        _cluster.Tell(Silo, $"{Key} ended");
        while (_waiting.TryDequeue(out IGrainCall? call))
        {
            Take(call);
        }
    }

    private enum ActivationState
    {
        Activating,
        Active,
        Deactivating,
        Gone,
    }
}

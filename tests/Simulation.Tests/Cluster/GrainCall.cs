using Headroom.Simulation.Tests.Engine;
using Headroom.Simulation.Tests.World;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// One call from a silo to a grain, wherever that is: there and back over the network. It may be lost on either way,
/// run twice, or reach an activation that was replaced; its caller hears of the first answer, or of none in time.
/// </summary>
internal sealed class GrainCall<TGrain, T>(
    SimCluster cluster, SimSilo from, GrainKey key, string name, Func<TGrain, ValueTask<T>> invoke) : IGrainCall
{
    // An activation that ended meanwhile passes a call on; a call that found three of them is rejected.
    private const int MostForwards = 3;

    // Messages that are made to be safe when they are repeated, also within a silo.
    private static readonly string[] Repeatable =
        ["Allot", "Order", "MarkLent", "Attempt", "Borrowed", "Lend", "Renew", "Release", "Cancel"];

    private readonly TaskCompletionSource<T> _answer = new();
    private int _forwards;

    internal ValueTask<T> Begin(CancellationToken cancellationToken)
    {
        cluster.Simulator.After(SimCluster.ResponseTimeout, () => Answer(
            () => _answer.TrySetException(new TimeoutException($"{name} of {key} was not answered."))));
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.UnsafeRegister(_ => _answer.TrySetCanceled(cancellationToken), null);
        }

        Dispatch(from);
        return new ValueTask<T>(_answer.Task);
    }

    public void Run(Activation target)
    {
        ValueTask<T> running;
        target.Began();
        try
        {
            running = invoke((TGrain)target.Grain!);
        }
        catch (Exception error)
        {
            target.Ended();
            Fail(target, error);
            return;
        }

        if (running.IsCompletedSuccessfully)
        {
            target.Ended();
            Succeed(target, running.Result);
            return;
        }

        _ = AwaitAsync(target, running);
    }

    public void Forward(Activation gone)
    {
        if (++_forwards > MostForwards)
        {
            Fail(gone, new CallRejectedException($"{key} ended again and again."));
            return;
        }

        Dispatch(gone.Silo);
    }

    public void Fail(Activation target, Exception why)
    {
        cluster.Weigh(why, $"{name} of {key}");
        Reply(target, () => _answer.TrySetException(why));
    }

    private async Task AwaitAsync(Activation target, ValueTask<T> running)
    {
        T result;
        try
        {
            result = await running;
        }
        catch (Exception error)
        {
            target.Ended();
            Fail(target, error);
            return;
        }

        target.Ended();
        Succeed(target, result);
    }

    private void Succeed(Activation target, T result)
    {
        cluster.Moments.Come(Moment.Answering, target.Silo, name);
        Reply(target, () => _answer.TrySetResult(result));
    }

    private void Reply(Activation target, Action answer) =>
        cluster.Network.Send(target.Silo.Process, from.Process, () => Answer(answer));

    private void Answer(Action answer)
    {
        if (!_answer.Task.IsCompleted)
        {
            from.Process.Post(answer);
        }
    }

    // Whoever cannot be found does not answer.
    private void Dispatch(SimSilo at)
    {
        if (cluster.Find(at, key) is { } target)
        {
            Action<SimProcess, SimProcess, Action> send =
                name == "Lend" ? cluster.Network.SendAsk : cluster.Network.Send;
            send(at.Process, target.Silo.Process, () => target.Take(this));
            if (at == target.Silo && Repeatable.Contains(name))
            {
                cluster.Network.Repeat(() => target.Take(this));
            }
        }
    }
}

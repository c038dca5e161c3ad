namespace Headroom.Core.Tests.Ledger;

/// <summary>
/// The limit of one container as a node has it, and a controller that brings about what the ledger wants, one wish
/// after the other: each wish reaches the API, then the kernel, then is told, or is refused, deferred, or lost.
/// </summary>
internal sealed class ModelKubelet(long own)
{
    private long? _wish;
    private bool _isTold;
    private bool _defers;

    /// <summary>What the kernel enforces.</summary>
    internal long Actual { get; private set; } = own;

    /// <summary>What the kubelet has yet to bring about, or has.</summary>
    internal long Spec { get; private set; } = own;

    /// <summary>The ledger wants something else: the wish before ends.</summary>
    internal void Want(long? limit)
    {
        if (limit != _wish)
        {
            _wish = limit;
            _isTold = false;
        }
    }

    /// <summary>The silo ends: what it asked of the API stays asked.</summary>
    internal void SiloRestarts() => _wish = null;

    /// <summary>One step of whoever is at work, as chance has it.</summary>
    /// <returns>What is to be told to the ledger; null for nothing.</returns>
    internal ResizeReport? Step(int chance, long usage)
    {
        if (_wish is { } wish && !_isTold && Spec != wish)
        {
            if (chance % 5 == 0)
            {
                _isTold = true;
                return new ResizeReport(wish, "the quota does not allow it");
            }

            Spec = wish;
            _defers = chance % 5 == 1;
            return null;
        }

        if (_defers)
        {
            // It comes into effect all the same, some steps later.
            _defers = false;
            return _wish == Spec ? new ResizeReport(Spec, "deferred") : null;
        }

        if (Actual != Spec && (Spec > Actual || usage <= Spec))
        {
            Actual = Spec;
            return null;
        }

        bool settled = _wish == Spec && Actual == Spec && !_isTold;
        _isTold |= settled;
        return settled ? new ResizeReport(Spec, null) : null;
    }
}

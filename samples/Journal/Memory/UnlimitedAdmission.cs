using System.Diagnostics.CodeAnalysis;

namespace Headroom.Samples.Journal.Memory;

/// <summary>Asks nobody: every part takes what it likes, as programs do that only have an allocator.</summary>
internal sealed class UnlimitedAdmission : IAdmission
{
    /// <inheritdoc/>
    public bool TryAcquire(long bytes, Urgency urgency, [NotNullWhen(true)] out IDisposable? lease)
    {
        lease = Nothing.Instance;
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireAsync(long bytes, Urgency urgency, CancellationToken cancellationToken)
        => ValueTask.FromResult<IDisposable>(Nothing.Instance);

    /// <inheritdoc/>
    public ValueTask<IDisposable> AcquireMustSucceedAsync(
        long bytes, string reason, CancellationToken cancellationToken)
        => ValueTask.FromResult<IDisposable>(Nothing.Instance);

    private sealed class Nothing : IDisposable
    {
        internal static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}

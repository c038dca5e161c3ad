namespace Headroom.Silo.Hosting;

/// <summary>Finds how much memory this machine has.</summary>
public interface IHostCapacity
{
    /// <summary>The bytes of the machine, or of the memory limit around this process where there is one. Positive.</summary>
    public long Find();
}

namespace Headroom.Silo.Hosting;

/// <summary>Finds how much memory this machine has.</summary>
public interface IHostCapacity
{
    /// <summary>The bytes of the machine. Positive.</summary>
    long Find();
}

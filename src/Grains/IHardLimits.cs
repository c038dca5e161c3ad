namespace Headroom.Grains;

/// <summary>Changes the hard limits of the containers of this silo's own host.</summary>
public interface IHardLimits
{
    /// <summary>
    /// A container should have this hard limit from now on. Returns at once; what becomes of it is told to the
    /// container's budget. The last wish for a container counts.
    /// </summary>
    void Want(string host, string container, long limitBytes);
}

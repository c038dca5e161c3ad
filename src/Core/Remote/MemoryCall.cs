namespace Headroom.Remote;

/// <summary>What a frame asks for. The values are those on the wire.</summary>
public enum MemoryCall : byte
{
    /// <summary>Nothing; never sent.</summary>
    None = 0,

    /// <summary>Read a range; the bytes follow the answer.</summary>
    Read = 1,

    /// <summary>Write a range; the bytes follow the request.</summary>
    Write = 2,

    /// <summary>Answer, so that both sides see that the other lives.</summary>
    Ping = 3,
}

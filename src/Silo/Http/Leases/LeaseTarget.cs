using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Headroom.Silo.Http.Leases;

/// <summary>The subsystem that a lease is asked for.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Container">The container's name.</param>
/// <param name="Subsystem">The subsystem's name.</param>
internal sealed record LeaseTarget(string Host, string Container, string Subsystem)
{
    /// <summary>
    /// The id that a caller's request id has between grains. Derived from the target too, so that callers of different
    /// subsystems need not know of each other when they choose theirs.
    /// </summary>
    public Guid WireId(string requestId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in (ReadOnlySpan<string>)[Host, Container, Subsystem, requestId])
        {
            // The length goes first, so that no two lists of parts are the same text.
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new Guid(digest[..16]);
    }
}
